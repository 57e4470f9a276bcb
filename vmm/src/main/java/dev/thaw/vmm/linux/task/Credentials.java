package dev.thaw.vmm.linux.task;

import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;

/** Who the process is: user and group ids, supplementary groups, capabilities, process group. Begins as root, with all capabilities. */
public final class Credentials {
    /** NGROUPS_MAX of linux/limits.h. */
    static final int MAX_GROUPS = 65_536;
    /** CAP_LAST_CAP of linux/capability.h: CAP_CHECKPOINT_RESTORE. */
    static final int LAST_CAPABILITY = 40;
    public static final long ALL_CAPABILITIES = (1L << LAST_CAPABILITY + 1) - 1;

    /** Real, effective, saved and file-system id, the order of setresuid(2). */
    private final int[] user = new int[4];
    private final int[] group = new int[4];
    private int[] groups = {};
    private long permitted = ALL_CAPABILITIES;
    private long effective = ALL_CAPABILITIES;
    private long inheritable;
    private boolean noNewPrivileges;
    private boolean dumpable = true;
    private int processGroup = 1;
    private int session = 1;

    public int userId() {
        return user[0];
    }

    public int effectiveUserId() {
        return user[1];
    }

    public int groupId() {
        return group[0];
    }

    public int effectiveGroupId() {
        return group[1];
    }

    /** The four user ids: real, effective, saved, file system. The array itself. */
    int[] users() {
        return user;
    }

    /** The four group ids, as {@link #users}. */
    int[] groupIds() {
        return group;
    }

    int[] supplementary() {
        return groups;
    }

    public int[] supplementaryGroups() {
        return groups.clone();
    }

    void setSupplementary(int[] list) {
        groups = list;
    }

    boolean privileged() {
        return user[1] == 0;
    }

    public long permitted() {
        return permitted;
    }

    public long effective() {
        return effective;
    }

    public long inheritable() {
        return inheritable;
    }

    void setCapabilities(long newPermitted, long newEffective, long newInheritable) {
        permitted = newPermitted;
        effective = newEffective;
        inheritable = newInheritable;
    }

    /** Capabilities go with the last id of root: capabilities(7), "Effect of user ID changes". */
    void dropCapabilitiesUnlessRoot() {
        if (user[0] != 0 && user[1] != 0 && user[2] != 0) {
            permitted = 0;
            effective = 0;
        } else if (user[1] != 0) {
            effective = 0;
        } else {
            effective = permitted;
        }
    }

    public boolean noNewPrivileges() {
        return noNewPrivileges;
    }

    void setNoNewPrivileges() {
        noNewPrivileges = true;
    }

    boolean dumpable() {
        return dumpable;
    }

    void setDumpable(boolean value) {
        dumpable = value;
    }

    int processGroup() {
        return processGroup;
    }

    void setProcessGroup(int id) {
        processGroup = id;
    }

    int session() {
        return session;
    }

    public void save(StateWriter out) {
        for (int i = 0; i < 4; i++) {
            out.putInt(user[i]).putInt(group[i]);
        }
        out.putLong(permitted).putLong(effective).putLong(inheritable).putBoolean(noNewPrivileges)
                .putBoolean(dumpable).putInt(processGroup).putInt(session).putInt(groups.length);
        for (int id : groups) {
            out.putInt(id);
        }
    }

    public void load(StateReader in) {
        for (int i = 0; i < 4; i++) {
            user[i] = in.getInt();
            group[i] = in.getInt();
        }
        permitted = in.getLong();
        effective = in.getLong();
        inheritable = in.getLong();
        noNewPrivileges = in.getBoolean();
        dumpable = in.getBoolean();
        processGroup = in.getInt();
        session = in.getInt();
        groups = new int[in.getCount(4)];
        for (int i = 0; i < groups.length; i++) {
            groups[i] = in.getInt();
        }
    }
}

/* behaviour: threads begin and end: ids, joins, detached ones, the first one leaving early, cancellation, thread-local data, robust and priority mutexes
   linkages: static pie
   flags: -Isrc/test/guest -pthread */
#include "guest.h"
#include <linux/sched.h>
#include <pthread.h>
#include <sys/prctl.h>
static __thread int local = 7;
static pthread_key_t key;
static int destroyed, cleaned, child_tid_word = 1;
static void destroy(void *v) { __sync_add_and_fetch(&destroyed, (int)(long)v); }
static void clean(void *v) { cleaned += (int)(long)v; }
static void *tls(void *p) { local += (int)(long)p; pthread_setspecific(key, p); return (void *)(long)local; }
static void *sleeper(void *p) { pthread_cleanup_push(clean, (void *)3); for (;;) pause(); pthread_cleanup_pop(0); return 0; }
static void *spinner(void *p) { pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, 0); for (volatile long i = 0;; i++); return 0; }
static void *named(void *p) { char n[20] = ""; prctl(PR_SET_NAME, "a-name-longer-than-16"); prctl(PR_GET_NAME, n); printf("name %s\n", n); char q[64], t[32]; snprintf(q, 64, "/proc/self/task/%ld/comm", syscall(SYS_gettid)); int fd = open(q, O_RDONLY); long l = fd < 0 ? 0 : read(fd, t, 31); t[l < 0 ? 0 : l] = 0; printf("comm %s", t); return 0; }
static pthread_mutex_t robust, inherit;
static void *dies(void *p) { pthread_mutex_lock(&robust); return 0; }
static long shared_n;
static void *locks(void *p) { for (int i = 0; i < 300; i++) { pthread_mutex_lock(&inherit); shared_n++; pthread_mutex_unlock(&inherit); } return 0; }
static int raw(void *p) { child_tid_word += 0; return 0; }
static pthread_t main_thread;
static void *last(void *p) { void *r = 0; int e = pthread_join(main_thread, &r); printf("main joined: %d %ld\n", e, (long)r); printf("leader's kill: "); R(syscall(SYS_tgkill, getpid(), getpid(), 0)); fflush(stdout); exit(17); }
int main(void) {
    setvbuf(stdout, 0, _IOFBF, 8192);
    pthread_t t[20]; void *r; long sum = 0;
    V(syscall(SYS_gettid) == getpid());
    pthread_key_create(&key, destroy);
    for (long i = 0; i < 20; i++) NEED(!pthread_create(&t[i], 0, tls, (void *)i));
    for (int i = 0; i < 20; i++) { pthread_join(t[i], &r); sum += (long)r; }
    V(sum); V(destroyed); V(local);
    NEED(!pthread_create(t, 0, sleeper, 0)); usleep(20000); R(pthread_cancel(t[0])); R(pthread_join(t[0], &r)); V(r == PTHREAD_CANCELED); V(cleaned);
    NEED(!pthread_create(t, 0, spinner, 0)); usleep(20000); R(pthread_cancel(t[0])); R(pthread_join(t[0], &r)); V(r == PTHREAD_CANCELED);
    NEED(!pthread_create(t, 0, named, 0)); pthread_join(t[0], 0);
    pthread_mutexattr_t a; pthread_mutexattr_init(&a); pthread_mutexattr_setrobust(&a, PTHREAD_MUTEX_ROBUST); pthread_mutex_init(&robust, &a);
    NEED(!pthread_create(t, 0, dies, 0)); pthread_join(t[0], 0);
    printf("lock of the dead: %s\n", pthread_mutex_lock(&robust) == 130 ? "EOWNERDEAD" : "?"); R(pthread_mutex_consistent(&robust)); R(pthread_mutex_unlock(&robust)); R(pthread_mutex_lock(&robust));
    pthread_mutexattr_init(&a); pthread_mutexattr_setprotocol(&a, PTHREAD_PRIO_INHERIT); NEED(!pthread_mutex_init(&inherit, &a));
    for (int i = 0; i < 8; i++) NEED(!pthread_create(&t[i], 0, locks, 0));
    for (int i = 0; i < 8; i++) pthread_join(t[i], 0);
    V(shared_n);
    R(syscall(SYS_clone, CLONE_THREAD, 0, 0, 0, 0)); R(syscall(SYS_clone, CLONE_SIGHAND, 0, 0, 0, 0));
    R(syscall(SYS_clone3, 0, 64)); R(syscall(SYS_clone3, 16, 8)); R(syscall(SYS_clone3, 16, 5000)); R(syscall(SYS_tgkill, getpid(), 999999, 0)); R(syscall(SYS_tkill, -1, 0));
    R(syscall(SYS_set_robust_list, 0, 5)); long head, length; R(syscall(SYS_get_robust_list, 0, &head, &length)); V(length);
    fflush(stdout);
    main_thread = pthread_self();
    NEED(!pthread_create(t, 0, last, 0));
    pthread_exit((void *)55);
}

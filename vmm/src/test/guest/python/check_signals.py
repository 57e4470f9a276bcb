# behaviour: signal handlers, alarms and interrupted sleeps
import os, signal, time
got = []; signal.signal(signal.SIGUSR1, lambda s, f: got.append(s)); os.kill(os.getpid(), signal.SIGUSR1); print(got); signal.signal(signal.SIGALRM, lambda s, f: got.append("alarm")); signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01); signal.pause(); signal.setitimer(signal.ITIMER_REAL, 0); del got[2:]; print(got); signal.setitimer(signal.ITIMER_REAL, 0.01); time.sleep(0.05); print(got); signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1]); os.kill(os.getpid(), signal.SIGUSR1); print(signal.sigpending(), signal.sigwait([signal.SIGUSR1]))
class Late(Exception): pass
def late(s, f): raise Late
signal.signal(signal.SIGALRM, late)
try:
    signal.setitimer(signal.ITIMER_REAL, 0.02); n = 0
    while n >= 0:
        n += 1
except Late: print("late")

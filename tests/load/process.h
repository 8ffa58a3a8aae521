/* What a process under load has used: CPU time of all its threads, resident memory. From /proc; Linux only. */
#ifndef FIRSTLINE_TESTS_LOAD_PROCESS_H
#define FIRSTLINE_TESTS_LOAD_PROCESS_H

/* Microseconds on a CPU so far, 0 when the process is gone. Nanosecond counters of the scheduler, not clock ticks. */
double process_cpu_us(int pid);
/* Bytes, 0 when it is gone. */
long process_resident(int pid);
#endif

/* LD_PRELOAD library for redis-server: notes how long each file was when it was last synced to disk, so that a test can
 * cut it back to that after a kill, as a power cut would.
 *
 * FAULTS_SYNCED names the notes: a file of slots {inode, bytes}, shared by all processes of the server. The length is
 * taken before the sync and noted after it: what was written meanwhile may have missed it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define SLOTS 4096

struct slot {
    _Atomic uint64_t inode, bytes;
};

static struct slot *notes;
static int (*real_fsync)(int), (*real_fdatasync)(int);

__attribute__((constructor)) static void open_notes(void)
{
    *(void **)&real_fsync = dlsym(RTLD_NEXT, "fsync");
    *(void **)&real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    const char *path = getenv("FAULTS_SYNCED");
    int fd = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (fd < 0 || ftruncate(fd, SLOTS * sizeof *notes) != 0) {
        _exit(111); /* a test that notes nothing would prove nothing */
    }
    notes = mmap(NULL, SLOTS * sizeof *notes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (notes == MAP_FAILED) {
        _exit(111);
    }
}

static void note(uint64_t inode, uint64_t bytes)
{
    for (int i = 0; i < SLOTS; i++) {
        uint64_t free_slot = 0;
        if (atomic_load(&notes[i].inode) == inode ||
            atomic_compare_exchange_strong(&notes[i].inode, &free_slot, inode)) {
            atomic_store(&notes[i].bytes, bytes);
            return;
        }
    }
    _exit(111);
}

static int synced(int fd, int (*sync_it)(int))
{
    struct stat about;
    const int known = fstat(fd, &about) == 0 && S_ISREG(about.st_mode);
    const int result = sync_it(fd);
    if (known && result == 0) {
        note(about.st_ino, (uint64_t)about.st_size);
    }
    return result;
}

int fsync(int fd)
{
    return synced(fd, real_fsync);
}

int fdatasync(int fd)
{
    return synced(fd, real_fdatasync);
}

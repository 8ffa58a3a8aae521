/* Starts and stops a redis-server for the tests. */
#include "router_server.h"
#include "router/console.h"
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int free_port(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bool found = fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof at) == 0 &&
                 getsockname(fd, (struct sockaddr *)&at, &len) == 0;
    if (fd >= 0)
        close(fd);
    return found ? ntohs(at.sin_port) : 0;
}

bool server_prepare(struct server *s, const char *password)
{
    memset(s, 0, sizeof *s);
    s->password = password;
    snprintf(s->dir, sizeof s->dir, "/tmp/firstline-test-XXXXXX");
    if (!mkdtemp(s->dir))
        return false;
    if (password) {
        s->port = free_port();
        snprintf(s->url, sizeof s->url, "redis://:%s@127.0.0.1:%d", password, s->port);
    } else {
        snprintf(s->url, sizeof s->url, "unix:%s/redis.sock", s->dir);
    }
    return true;
}

void server_pair(struct server *master, struct server *replica)
{
    master->port = free_port();
    replica->port = free_port();
    replica->master_port = master->port;
}

bool server_start(struct server *s)
{
    char port[8], socket_path[96], master[32];
    const char *args[32] = {"redis-server",
                            "--port",
                            port,
                            "--bind",
                            "127.0.0.1",
                            "--unixsocket",
                            socket_path,
                            "--dir",
                            s->dir,
                            "--logfile",
                            "redis.log",
                            "--appendonly",
                            "yes",
                            "--save",
                            "",
                            "--repl-diskless-sync-delay",
                            "0"};
    int n = 17;
    if (s->password) {
        args[n++] = "--requirepass";
        args[n++] = s->password;
    }
    if (s->master_port) {
        args[n++] = "--replicaof";
        args[n++] = master;
    }
    snprintf(master, sizeof master, "127.0.0.1 %d", s->master_port);
    snprintf(port, sizeof port, "%d", s->port);
    snprintf(socket_path, sizeof socket_path, "%s/redis.sock", s->dir);
    s->pid = fork();
    if (s->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* a failing test leaves nothing behind */
        execvp("redis-server", (char **)args);
        _exit(127);
    }
    return s->pid > 0;
}

void server_signal(struct server *s, int signal)
{
    if (s->pid <= 0)
        return;
    kill(s->pid, signal);
    if (signal == SIGKILL || signal == SIGTERM) {
        waitpid(s->pid, NULL, 0);
        s->pid = 0;
    }
}

void server_remove(struct server *s)
{
    char line[96];
    server_signal(s, SIGKILL);
    snprintf(line, sizeof line, "rm -r %s", s->dir);
    if (system(line) != 0) /* NOLINT(cert-env33-c): a directory we made */
        fprintf(stderr, "cannot remove %s\n", s->dir);
}

bool server_command(struct server *s, const char *command)
{
    char out[256];
    return server_ask(s, command, out, sizeof out);
}

bool server_ask(struct server *s, const char *command, char *out, size_t size)
{
    char copy[400], why[256];
    const char *words[16];
    size_t n = 0;
    snprintf(copy, sizeof copy, "%s", command);
    for (char *rest = copy, *word; n < 16 && (word = strsep(&rest, " "));)
        words[n++] = word;
    struct console *c = console_look(s->url, "test", 2000, why, sizeof why);
    bool done = c && console_ask(c, out, size, n, words);
    console_close(c);
    return done;
}

/* The run-time settings this gateway obeys, out of the JSON Redis gives. */
#ifndef FIRSTLINE_GATEWAY_SETTINGS_H
#define FIRSTLINE_GATEWAY_SETTINGS_H
#include "router/router.h"

struct settings {
    uint32_t quiet_ms, say_per_10s, heartbeat_s, lease_s, answers_max, answers_gap_s, ask_rating;
    char default_lang[12];
    char tz[64]; /* the shop's time zone, out of its hours; "" = none told: UTC */
};

/* What holds before Redis was asked. */
void settings_default(struct settings *s);
/* Takes what is there and in range, keeps the rest. False when it is no JSON object. */
bool settings_read(struct settings *s, struct span json);
#endif

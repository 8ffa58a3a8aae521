/* Embedded files are found by exact path, in a table of our own making. */
#include "gateway/assets.h"
#include "gateway/assets_table.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
/* cmocka wants the ones above */
#include <cmocka.h>

const struct asset assets_table[] = {
    {.path = "/demo/index.html"}, {.path = "/desk/index.html"}, {.path = "/desk/main-1a2b3c4d.js"},
    {.path = "/widget.js"},       {.path = "/widget/app.js"},
};
const size_t assets_count = sizeof assets_table / sizeof *assets_table;

static const char *found(const char *path)
{
    const struct asset *a = assets_find(path, strlen(path));
    return a ? a->path : "none";
}

static void every_entry_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < assets_count; i++)
        assert_string_equal(found(assets_table[i].path), assets_table[i].path);
}

static void directories_mean_their_index(void **state)
{
    (void)state;
    assert_string_equal(found("/desk/"), "/desk/index.html");
    assert_string_equal(found("/demo/"), "/demo/index.html");
    assert_string_equal(found("/widget/"), "none");
    assert_string_equal(found("/"), "none");
}

static void nothing_else_is_found(void **state)
{
    (void)state;
    static const char *const bad[] = {"",           "/widget.j", "/widget.jsx",        "widget.js",
                                      "/WIDGET.JS", "/desk",     "/desk/../widget.js", "/desk//",
                                      "/zzz",       "/a",        "/widget.js/"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_string_equal(found(bad[i]), "none");
    assert_null(assets_find("/widget.js\0", 11));
    char longest[400];
    memset(longest, 'a', sizeof longest);
    longest[0] = longest[sizeof longest - 1] = '/';
    assert_null(assets_find(longest, sizeof longest));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_entry_is_found),
        cmocka_unit_test(directories_mean_their_index),
        cmocka_unit_test(nothing_else_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

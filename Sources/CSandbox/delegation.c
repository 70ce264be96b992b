#include "delegation.h"

#include <stddef.h>
#include <sys/xattr.h>

int moire_is_delegated(const char *folder) {
    // user.delegate since systemd 251; before, and still, trusted.delegate, which only root can read. See "Control Group
    // APIs and Delegation" in systemd's documentation.
    static const char *const names[] = {"user.delegate", "trusted.delegate"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char value = 0;
        if (getxattr(folder, names[i], &value, 1) == 1 && value == '1') return 1;
    }
    return 0;
}

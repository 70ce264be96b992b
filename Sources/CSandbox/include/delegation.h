// Who may arrange a control group. In C because <sys/xattr.h> is in no module that Swift can import.
#pragma once

/// Whether systemd has marked the control group's folder as given away to the processes in it (`Delegate=`): 1 or 0.
int moire_is_delegated(const char *folder);

// libcurl as Swift sees it. A function stands here only because Swift cannot reach the original, which is
// variadic; there is one for each type of argument.
#pragma once

// The checks of curl's own header are macros for C callers.
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

static inline CURLcode moire_curl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode moire_curl_set_text(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode moire_curl_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode moire_curl_set_context(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}
// For CURLOPT_WRITEFUNCTION and CURLOPT_HEADERFUNCTION.
static inline CURLcode moire_curl_on_bytes(CURL *handle, CURLoption option, curl_write_callback function) {
    return curl_easy_setopt(handle, option, function);
}
static inline CURLcode moire_curl_on_progress(CURL *handle, curl_xferinfo_callback function) {
    return curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, function);
}
static inline CURLcode moire_curl_on_socket(CURL *handle, curl_opensocket_callback function) {
    return curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, function);
}

static inline CURLcode moire_curl_get_long(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}
static inline CURLcode moire_curl_get_offset(CURL *handle, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(handle, info, value);
}

// An IPv6 address is longer than the field that curl declares for it, so it is reached by its place.
static inline const struct sockaddr *moire_curl_address(const struct curl_sockaddr *address) {
    return (const struct sockaddr *) &address->addr;
}

// A macro with a cast.
static const long moire_curl_global_default = CURL_GLOBAL_DEFAULT;
static const curl_socket_t moire_curl_socket_bad = CURL_SOCKET_BAD;

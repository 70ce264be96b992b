// The beginning of ONNX Runtime's table of functions, by position. Its makers promise that a position never changes and
// that a library serves every older version of the table; version 2, of 2020, has all that is used here. Positions are
// theirs, as published with their C interface; what is not used is a numbered gap, and the assertions below are what a
// reader can hold against the published order.
#pragma once

#include <stddef.h>
#include <stdint.h>

#define ORT_TABLE_VERSION 2

typedef struct ort_status ort_status;
typedef struct ort_env ort_env;
typedef struct ort_options ort_options;
typedef struct ort_session ort_session;
typedef struct ort_allocator ort_allocator;
typedef struct ort_memory ort_memory;
typedef struct ort_value ort_value;
typedef struct ort_type ort_type;
typedef struct ort_tensor ort_tensor;
typedef struct ort_metadata ort_metadata;

// Values of its enumerations.
enum {
    ort_log_fatal = 4,
    ort_optimize_all = 99,
    ort_arena_allocator = 1,
    ort_memory_default = 0,
};

struct ort_api {
    void *gap_0_1[2];
    const char *(*message)(const ort_status *);
    ort_status *(*create_env)(int log_level, const char *log_name, ort_env **);
    void *gap_4_5[2];
    ort_status *(*disable_telemetry)(const ort_env *);
    void *gap_7;
    ort_status *(*create_session_from_bytes)(
        const ort_env *, const void *, size_t, const ort_options *, ort_session **);
    ort_status *(*run)(
        ort_session *, const void *run_options, const char *const *input_names, const ort_value *const *inputs,
        size_t input_count, const char *const *output_names, size_t output_count, ort_value **outputs);
    ort_status *(*create_options)(ort_options **);
    void *gap_11_22[12];
    ort_status *(*set_graph_optimization)(ort_options *, int level);
    ort_status *(*set_threads_within)(ort_options *, int);
    ort_status *(*set_threads_between)(ort_options *, int);
    void *gap_26_29[4];
    ort_status *(*input_count)(const ort_session *, size_t *);
    ort_status *(*output_count)(const ort_session *, size_t *);
    void *gap_32;
    ort_status *(*input_type)(const ort_session *, size_t index, ort_type **);
    ort_status *(*output_type)(const ort_session *, size_t index, ort_type **);
    void *gap_35;
    ort_status *(*input_name)(const ort_session *, size_t index, ort_allocator *, char **);
    ort_status *(*output_name)(const ort_session *, size_t index, ort_allocator *, char **);
    void *gap_38_48[11];
    ort_status *(*create_tensor_over)(
        const ort_memory *, void *bytes, size_t byte_count, const int64_t *dimensions, size_t rank, int element_type,
        ort_value **);
    ort_status *(*is_tensor)(const ort_value *, int *);
    ort_status *(*tensor_bytes)(ort_value *, void **);
    void *gap_52_54[3];
    ort_status *(*as_tensor)(const ort_type *, const ort_tensor **);
    void *gap_56_59[4];
    ort_status *(*element_type)(const ort_tensor *, int *);
    ort_status *(*rank)(const ort_tensor *, size_t *);
    ort_status *(*dimensions)(const ort_tensor *, int64_t *, size_t);
    void *gap_63;
    ort_status *(*element_count)(const ort_tensor *, size_t *);
    ort_status *(*tensor_of)(const ort_value *, ort_tensor **);
    void *gap_66_68[3];
    ort_status *(*create_memory)(int allocator, int memory, ort_memory **);
    void *gap_70_75[6];
    ort_status *(*free)(ort_allocator *, void *);
    void *gap_77;
    ort_status *(*default_allocator)(ort_allocator **);
    void *gap_79_92[14];
    void (*release_status)(ort_status *);
    void (*release_memory)(ort_memory *);
    void (*release_session)(ort_session *);
    void (*release_value)(ort_value *);
    void *gap_97;
    void (*release_type)(ort_type *);
    void (*release_tensor)(ort_tensor *);
    void (*release_options)(ort_options *);
    void *gap_101_110[10];
    ort_status *(*metadata)(const ort_session *, ort_metadata **);
    void *gap_112_115[4];
    ort_status *(*metadata_value)(const ort_metadata *, ort_allocator *, const char *key, char **);
    void *gap_117;
    void (*release_metadata)(ort_metadata *);
};

#define AT(member, position) \
    _Static_assert(offsetof(struct ort_api, member) == (position) * sizeof(void *), #member " is at " #position)
AT(run, 9);
AT(set_threads_between, 25);
AT(output_name, 37);
AT(create_tensor_over, 49);
AT(as_tensor, 55);
AT(tensor_of, 65);
AT(create_memory, 69);
AT(default_allocator, 78);
AT(release_status, 93);
AT(release_options, 100);
AT(metadata, 111);
AT(release_metadata, 118);
#undef AT

/// What the library's one symbol, OrtGetApiBase, gives.
struct ort_api_base {
    const struct ort_api *(*api)(uint32_t version);
    const char *(*version)(void);
};

#include "onnx_runtime.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api.h"

struct moire_onnx_runtime {
    const struct ort_api *api;
    const char *version;
    ort_env *env;
};

struct moire_onnx_model {
    const struct ort_api *api;
    ort_session *session;
    ort_allocator *allocator;
    ort_memory *memory;
    size_t inputs, outputs;
    /// Of the first input and output; NULL where there is none.
    char *input, *output;
};

static void say(char *message, const char *text) { snprintf(message, (size_t)moire_onnx_message_bytes, "%s", text); }

/// Whether the call was well; if not, its words are the message.
static bool well(const struct ort_api *api, ort_status *status, char *message) {
    if (!status) return true;
    say(message, api->message(status));
    api->release_status(status);
    return false;
}

struct moire_onnx_runtime *moire_onnx_load(const char *library, char *message) {
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        const char *reason = dlerror();
        say(message, reason ? reason : library);
        return NULL;
    }
    const struct ort_api_base *(*get)(void) = (const struct ort_api_base *(*)(void))dlsym(handle, "OrtGetApiBase");
    if (!get) {
        snprintf(message, (size_t)moire_onnx_message_bytes, "%s: it has no function OrtGetApiBase", library);
        return NULL;
    }
    const struct ort_api_base *base = get();
    const struct ort_api *api = base->api(ORT_TABLE_VERSION);
    if (!api) {
        snprintf(
            message, (size_t)moire_onnx_message_bytes, "%s: version %s is too old, 1.2 is needed", library,
            base->version());
        return NULL;
    }
    struct moire_onnx_runtime *runtime = calloc(1, sizeof *runtime);
    if (!runtime) {
        say(message, "out of memory");
        return NULL;
    }
    runtime->api = api;
    runtime->version = base->version();
    // What goes wrong comes back as a status and is told once, by whoever asked; the library's own lines on standard
    // error would tell it a second time.
    if (!well(api, api->create_env(ort_log_fatal, "moire", &runtime->env), message)) {
        free(runtime);
        return NULL;
    }
    ort_status *status = api->disable_telemetry(runtime->env);
    if (status) api->release_status(status);
    return runtime;
}

const char *moire_onnx_version(const struct moire_onnx_runtime *runtime) { return runtime->version; }

/// One thread, so that a run adds in the same order as the last one, and every optimisation: leaving out those that
/// suit the processor at hand took twice as long for a MobileNet (24 ms a picture in place of 13), and would not make
/// other processors give the same last digits, for their products of matrices differ, too.
static bool open_session(
    struct moire_onnx_runtime *runtime, struct moire_onnx_model *model, const void *bytes, size_t count,
    char *message) {
    const struct ort_api *api = runtime->api;
    ort_options *options = NULL;
    bool done = well(api, api->create_options(&options), message)
        && well(api, api->set_graph_optimization(options, ort_optimize_all), message)
        && well(api, api->set_threads_within(options, 1), message)
        && well(api, api->set_threads_between(options, 1), message)
        && well(api, api->create_session_from_bytes(runtime->env, bytes, count, options, &model->session), message);
    api->release_options(options);
    return done;
}

struct moire_onnx_model *moire_onnx_open(
    struct moire_onnx_runtime *runtime, const void *bytes, size_t count, char *message) {
    const struct ort_api *api = runtime->api;
    struct moire_onnx_model *model = calloc(1, sizeof *model);
    if (!model) {
        say(message, "out of memory");
        return NULL;
    }
    model->api = api;
    bool done = open_session(runtime, model, bytes, count, message)
        && well(api, api->default_allocator(&model->allocator), message)
        && well(api, api->create_memory(ort_arena_allocator, ort_memory_default, &model->memory), message)
        && well(api, api->input_count(model->session, &model->inputs), message)
        && well(api, api->output_count(model->session, &model->outputs), message)
        && (model->inputs == 0
            || well(api, api->input_name(model->session, 0, model->allocator, &model->input), message))
        && (model->outputs == 0
            || well(api, api->output_name(model->session, 0, model->allocator, &model->output), message));
    if (done) return model;
    moire_onnx_close(model);
    return NULL;
}

static void free_text(const struct moire_onnx_model *model, char *text) {
    if (!text) return;
    ort_status *status = model->api->free(model->allocator, text);
    if (status) model->api->release_status(status);
}

void moire_onnx_close(struct moire_onnx_model *model) {
    if (!model) return;
    free_text(model, model->input);
    free_text(model, model->output);
    model->api->release_memory(model->memory);
    model->api->release_session(model->session);
    free(model);
}

size_t moire_onnx_inputs(const struct moire_onnx_model *model) { return model->inputs; }
size_t moire_onnx_outputs(const struct moire_onnx_model *model) { return model->outputs; }

bool moire_onnx_describe(
    const struct moire_onnx_model *model, bool is_output, int32_t *type, int64_t *dimensions, size_t *rank,
    char *message) {
    const struct ort_api *api = model->api;
    *type = 0;
    *rank = 0;
    ort_type *whole = NULL;
    ort_status *status = is_output ? api->output_type(model->session, 0, &whole)
                                   : api->input_type(model->session, 0, &whole);
    if (!well(api, status, message)) return false;
    const ort_tensor *tensor = NULL;
    bool done = well(api, api->as_tensor(whole, &tensor), message);
    if (done && tensor) {
        int element = 0;
        done = well(api, api->element_type(tensor, &element), message)
            && well(api, api->rank(tensor, rank), message)
            && (*rank > (size_t)moire_onnx_rank_max || well(api, api->dimensions(tensor, dimensions, *rank), message));
        *type = element;
    }
    api->release_type(whole);
    return done;
}

size_t moire_onnx_metadata(const struct moire_onnx_model *model, const char *key, char *value, size_t capacity) {
    const struct ort_api *api = model->api;
    ort_metadata *metadata = NULL;
    ort_status *status = api->metadata(model->session, &metadata);
    if (!status) {
        char *text = NULL;
        status = api->metadata_value(metadata, model->allocator, key, &text);
        size_t length = text ? strlen(text) : 0;
        if (text && length < capacity) memcpy(value, text, length + 1);
        free_text(model, text);
        api->release_metadata(metadata);
        if (!status) return length;
    }
    api->release_status(status);
    return 0;
}

bool moire_onnx_run(
    const struct moire_onnx_model *model, int32_t type, const void *input, size_t input_bytes,
    const int64_t *dimensions, size_t rank, float *output, size_t capacity, size_t *count, char *message) {
    const struct ort_api *api = model->api;
    *count = 0;
    ort_value *in = NULL, *out = NULL;
    ort_tensor *tensor = NULL;
    const char *const in_names[] = {model->input}, *const out_names[] = {model->output};
    int is_tensor = 0, element = 0;
    void *numbers = NULL;
    // The library takes the bytes as its own to write to, and does not: an input is only read.
    bool done = well(
                    api,
                    api->create_tensor_over(
                        model->memory, (void *)input, input_bytes, dimensions, rank, type, &in),
                    message)
        && well(
                    api, api->run(model->session, NULL, in_names, (const ort_value *const *)&in, 1, out_names, 1, &out),
                    message)
        && well(api, api->is_tensor(out, &is_tensor), message);
    if (done && is_tensor) {
        done = well(api, api->tensor_of(out, &tensor), message)
            && well(api, api->element_type(tensor, &element), message)
            && well(api, api->element_count(tensor, count), message);
    }
    if (done && (!is_tensor || element != moire_onnx_float)) {
        say(message, "the output is no tensor of 32-bit floats");
        done = false;
    }
    // A tensor of nothing may have no bytes to point at.
    if (done && *count > 0) {
        done = well(api, api->tensor_bytes(out, &numbers), message);
        if (done) memcpy(output, numbers, (*count < capacity ? *count : capacity) * sizeof(float));
    }
    api->release_tensor(tensor);
    api->release_value(out);
    api->release_value(in);
    return done;
}

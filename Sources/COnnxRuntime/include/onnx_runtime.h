// ONNX Runtime, taken in while the program runs: whoever has no model needs no such library, neither to build nor to
// start. In C because its interface is one table of function pointers of which we know the beginning (see api.h), and
// because every call gives back a status that must be released.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct moire_onnx_runtime;
struct moire_onnx_model;

/// Bytes that a message takes at most, with its closing zero; longer ones are cut.
static const int moire_onnx_message_bytes = 1024;
/// Most dimensions of a tensor that is described.
static const int moire_onnx_rank_max = 8;
/// Element types as ONNX numbers them; 0 is none of a tensor's.
static const int32_t moire_onnx_float = 1;
static const int32_t moire_onnx_uint8 = 2;

/// Takes in the library of this path or name. It is kept until the process ends: the library may have begun threads, and
/// its one environment, given back in one thread while another asks for it, is sometimes refused there (1.32.0).
/// Returns NULL with a message of at most `moire_onnx_message_bytes`, as all of these do.
struct moire_onnx_runtime *moire_onnx_load(const char *library, char *message);

/// For instance "1.17.1"; lives as long as the process.
const char *moire_onnx_version(const struct moire_onnx_runtime *runtime);

/// A model from the bytes of its file, which are not needed afterwards. It calculates on one processor, in the thread
/// that asks, and may be asked from several at once.
struct moire_onnx_model *moire_onnx_open(
    struct moire_onnx_runtime *runtime, const void *bytes, size_t count, char *message);

void moire_onnx_close(struct moire_onnx_model *model);

size_t moire_onnx_inputs(const struct moire_onnx_model *model);
size_t moire_onnx_outputs(const struct moire_onnx_model *model);

/// Element type and dimensions of the first input or output; a dimension that is left open is -1. The type is 0 where
/// it is no tensor, and the rank 0 where the model does not tell it. `dimensions` has room for
/// `moire_onnx_rank_max`; the rank may be larger.
bool moire_onnx_describe(
    const struct moire_onnx_model *model, bool is_output, int32_t *type, int64_t *dimensions, size_t *rank,
    char *message);

/// What the model's author wrote under this key. Returns its length without the closing zero, 0 when there is no such
/// key, and what it would be where `capacity` is too small for it.
size_t moire_onnx_metadata(const struct moire_onnx_model *model, const char *key, char *value, size_t capacity);

/// One run: a tensor of these dimensions in, the numbers of the first output out. `count` may be larger than `capacity`;
/// then only so many were written.
bool moire_onnx_run(
    const struct moire_onnx_model *model, int32_t type, const void *input, size_t input_bytes,
    const int64_t *dimensions, size_t rank, float *output, size_t capacity, size_t *count, char *message);

/*
 * Compiles modules to byte code, at build time: compile FILE... writes FILE.bytecode beside each.
 * Their names are the last part of their paths.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "quickjs.h"

static char *read_file(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) return NULL;
  fseek(file, 0, SEEK_END);
  *length = (size_t)ftell(file);
  rewind(file);
  char *text = malloc(*length + 1);
  if (fread(text, 1, *length, file) != *length) return NULL;
  text[*length] = 0;
  fclose(file);
  return text;
}

static JSModuleDef *load(JSContext *ctx, const char *name, void *opaque) { return JS_NewCModule(ctx, name, NULL); }

int main(int argc, char **argv) {
  JSRuntime *runtime = JS_NewRuntime();
  JSContext *ctx = JS_NewContext(runtime);
  JS_SetModuleLoaderFunc(runtime, NULL, load, NULL);
  for (int i = 1; i < argc; i++) {
    size_t length;
    char *text = read_file(argv[i], &length);
    if (text == NULL) {
      perror(argv[i]);
      return 1;
    }
    const char *slash = strrchr(argv[i], '/');
    JSValue module = JS_Eval(ctx, text, length, slash == NULL ? argv[i] : slash + 1,
                             JS_EVAL_TYPE_MODULE | JS_EVAL_FLAG_COMPILE_ONLY);
    if (JS_IsException(module)) {
      fprintf(stderr, "%s: %s\n", argv[i], JS_ToCString(ctx, JS_GetException(ctx)));
      return 1;
    }
    size_t size;
    uint8_t *bytes = JS_WriteObject(ctx, &size, module, JS_WRITE_OBJ_BYTECODE | JS_WRITE_OBJ_STRIP_SOURCE);
    char *output = malloc(strlen(argv[i]) + sizeof ".bytecode");
    sprintf(output, "%s.bytecode", argv[i]);
    FILE *file = fopen(output, "wb");
    if (bytes == NULL || file == NULL || fwrite(bytes, 1, size, file) != size || fclose(file) != 0) {
      perror(output);
      return 1;
    }
  }
  return 0;
}

// End of what `avx2.h` or `avx512.h` begins; the last line of a file. GCC's target ends with the file by itself.
#if defined(__clang__)
#pragma clang attribute pop
#endif

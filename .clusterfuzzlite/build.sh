#!/bin/bash -eu
# One binary a target, its seeds beside it.
cargo xtask seeds
cargo fuzz build -O
for target in fuzz/fuzz_targets/*.rs; do
  name=$(basename "$target" .rs)
  cp "fuzz/target/x86_64-unknown-linux-gnu/release/$name" "$OUT/"
  (cd "fuzz/seeds/$name" && zip -qr "$OUT/${name}_seed_corpus.zip" .)
done

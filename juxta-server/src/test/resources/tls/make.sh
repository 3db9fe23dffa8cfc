#!/bin/sh
# Makes ec.crt, which is good for a hundred years, and its key as it is (ec.key), encrypted by AES (aes.key) and in an older
# way (des3.key). The password is "open sesame".
set -eu
cd "$(dirname "$0")"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ec.key \
    -out ec.crt -days 36500 -subj /CN=localhost -addext "subjectAltName=DNS:localhost,IP:127.0.0.1"
openssl pkcs8 -topk8 -v2 aes256 -in ec.key -out aes.key -passout "pass:open sesame"
openssl pkcs8 -topk8 -v2 des3 -in ec.key -out des3.key -passout "pass:open sesame"

#!/bin/sh
# SPDX-License-Identifier: MIT
#
# certs.sh NAME...: a certificate authority for the class and a certificate
# for the server at these addresses and names, in the folder certs/. Students
# get ca.pem; both keys stay with the server. Nothing is overwritten.
set -eu
export LC_ALL=C
dir=${CERTS:-certs}
days=120 # a term; the authority lives as long as its only certificate

say()
{
    echo "certs: $*" >&2
}

if [ $# -eq 0 ]; then
    say "for which addresses? Type for example: make certs HOSTS=192.168.1.5"
    exit 64
fi
command -v openssl >/dev/null 2>&1 || {
    say "there is no openssl command: install the package openssl"
    exit 69
}
for file in ca-key.pem ca.pem server-key.pem server.pem; do
    if [ -e "$dir/$file" ]; then
        say "$dir/$file is there already. To begin anew: rm -r $dir"
        exit 73
    fi
done

# One entry for each argument: hex digits and colons, or digits and dots, are
# an address; anything else must be a name.
names=
for host in "$@"; do
    case $host in
    *[!A-Za-z0-9.:_-]* | '' | -*)
        say "\"$host\" is neither an address nor a name"
        exit 64
        ;;
    *:*) entry=IP:$host ;;
    *[!0-9.]*) entry=DNS:$host ;;
    *) entry=IP:$host ;;
    esac
    names=${names:+$names,}$entry
done
case $1 in
*:*) url=https://[$1]:8080 ;;
*) url=https://$1:8080 ;;
esac

umask 077
mkdir -p "$dir"
work=$(mktemp -d "$dir/making.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# A file of settings, since not every openssl takes them as options.
cat >"$work/settings" <<END
[req]
distinguished_name = name
prompt = no
[name]
CN = chat lab
[ca]
basicConstraints = critical, CA:true, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = $names
END

# quietly COMMAND...: its words are shown only when it fails.
quietly()
{
    "$@" >"$work/words" 2>&1 || {
        cat "$work/words" >&2
        say "openssl failed; nothing was made"
        exit 70
    }
}

new_key()
{
    quietly openssl ecparam -name prime256v1 -genkey -noout -out "$1"
    chmod 600 "$1"
}

new_key "$work/ca-key.pem"
new_key "$work/server-key.pem"
quietly openssl req -x509 -new -sha256 -days "$days" -key "$work/ca-key.pem" \
    -config "$work/settings" -extensions ca -subj "/CN=chat lab class CA" \
    -out "$work/ca.pem"
quietly openssl req -new -sha256 -key "$work/server-key.pem" \
    -config "$work/settings" -subj "/CN=chat lab server" -out "$work/request"
quietly openssl x509 -req -sha256 -days "$days" -in "$work/request" \
    -CA "$work/ca.pem" -CAkey "$work/ca-key.pem" \
    -set_serial "0x$(openssl rand -hex 15)" -extfile "$work/settings" \
    -extensions server -out "$work/server.pem"
quietly openssl verify -CAfile "$work/ca.pem" "$work/server.pem"
chmod 644 "$work/ca.pem" "$work/server.pem"
for file in ca-key.pem ca.pem server-key.pem server.pem; do
    mv "$work/$file" "$dir/$file"
done

cat <<END
Made for $* (valid for $days days):
    $dir/ca.pem          hand this to the students
    $dir/server.pem      the server's certificate
    $dir/server-key.pem  its key: keep it here
    $dir/ca-key.pem      the authority's key: keep it here, or delete it

Next, in three terminals:
    make server ARGS="--tls-cert $dir/server.pem --tls-key $dir/server-key.pem"
    make receiver ME=bob SERVER=$url ARGS="--cacert $dir/ca.pem"
    make sender ME=alice TO=bob SERVER=$url ARGS="--cacert $dir/ca.pem"
END

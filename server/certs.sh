#!/bin/sh
# SPDX-License-Identifier: MIT
#
# certs.sh HOST...: makes a certificate authority for the class, and a
# certificate for a server at these addresses and names, in the folder
# class/certs/. Give ca.pem to the students. Both keys stay on the server.
#
# If the authority is there already, only the server's certificate is made
# again, for the new addresses: the students keep their ca.pem.
#
# Environment: CERTS, the folder; BUILD and DB, the folder of the programs and
# the database, for the commands that are printed at the end; CERTS_NOW, for
# tests, the current time in Unix seconds.
set -eu
export LC_ALL=C
dir=${CERTS:-class/certs}
build=${BUILD:-build/libsodium}
db=${DB:-class/class.db}
day=86400
days=120 # a term, for both certificates

say()
{
    echo "certs: $*" >&2
}

# quote TEXT: prints it as one word of a shell command, quoted if necessary.
quote()
{
    case $1 in
    *[!A-Za-z0-9_@%+=:,./-]* | '')
        printf "'%s'" "$(printf '%s' "$1" | sed "s/'/'\\\\''/g")"
        ;;
    *) printf '%s' "$1" ;;
    esac
}

if [ $# -eq 0 ]; then
    say "no address given. Type for example: make certs HOSTS=192.168.1.5"
    exit 64
fi
command -v openssl >/dev/null 2>&1 || {
    say "cannot find the openssl command: install the package openssl"
    exit 69
}
# If both files of the authority are there, it is used again, and the server's
# files are replaced. Otherwise no file is ever overwritten.
renew=
if [ -f "$dir/ca.pem" ] && [ -f "$dir/ca-key.pem" ]; then
    renew=yes
    [ -n "${CERTS_NOW:-}" ] ||
        openssl x509 -in "$dir/ca.pem" -noout -checkend $day >/dev/null || {
        say "the authority in $dir/ca.pem has expired, or will within a day." \
            "For a new one, type: rm -r $(quote "$dir"), and hand out the" \
            "new ca.pem"
        exit 73
    }
else
    for file in ca-key.pem ca.pem server-key.pem server.pem; do
        [ ! -e "$dir/$file" ] || {
            say "$dir/$file is there, but not both files of the authority," \
                "ca.pem and ca-key.pem: put them back. To begin with a new" \
                "authority, type: rm -r $(quote "$dir"), and hand out the" \
                "new ca.pem"
            exit 73
        }
    done
fi

# kind HOST: prints IP or DNS, or nothing if HOST is neither.
kind()
{
    printf '%s\n' "$1" | awk '
    function ip4(host,    part, n, i) {
        n = split(host, part, ".")
        for (i = 1; i <= n; i++)
            if (part[i] !~ /^(0|[1-9][0-9]?[0-9]?)$/ || part[i] + 0 > 255)
                return 0
        return n == 4
    }
    function ip6(host,    part, n, i, gap) {
        gap = index(host, "::") > 0
        if (host ~ /::.*::/ || host ~ /:::/ || host ~ /^:[^:]/ ||
            host ~ /[^:]:$/)
            return 0
        n = split(host, part, ":")
        for (i = 1; i <= n; i++)
            if (part[i] !~ /^[0-9A-Fa-f]?[0-9A-Fa-f]?[0-9A-Fa-f]?[0-9A-Fa-f]?$/)
                return 0
        return gap ? n <= 9 : n == 8
    }
    function name(host,    part, n, i) {
        n = split(host, part, ".")
        for (i = 1; i <= n; i++)
            if (part[i] !~ /^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?$/ ||
                length(part[i]) > 63)
                return 0
        return n > 0 && length(host) <= 253
    }
    { host = NR == 1 ? $0 : "" } # two lines are neither
    END {
        if (ip4(host) || ip6(host))
            print "IP"
        else if (host !~ /^[0-9.]+$/ && name(host))
            print "DNS"
    }'
}

names=
for host in "$@"; do
    case $host in
    "["*"]") host=${host#"["} host=${host%"]"} ;;
    esac
    entry=$(kind "$host")
    [ -n "$entry" ] || {
        say "\"$host\" is neither an address nor a name: type for example" \
            "192.168.1.5, fd00::5 or lab.example, without port or https://"
        exit 64
    }
    # A server can listen on 0.0.0.0 and ::, which mean all its addresses, but
    # students cannot connect to them.
    case $host in
    *[!0:.]*) ;;
    *)
        say "\"$host\" is for listening only: type the address that students" \
            "connect to, for example 192.168.1.5"
        exit 64
        ;;
    esac
    names=${names:+$names,}$entry:$host
done

# stamp SECONDS: prints a Unix time in the format of openssl ca,
# YYMMDDHHMMSSZ. GNU and BSD date have no common option for this. The
# algorithm is civil_from_days (howardhinnant.github.io/date_algorithms.html).
stamp()
{
    echo "$1" | awk '{
        days = int($1 / 86400); left = $1 - days * 86400
        z = days + 719468; era = int(z / 146097); doe = z - era * 146097
        leap = int(doe / 1460) - int(doe / 36524) + int(doe / 146096)
        yoe = int((doe - leap) / 365)
        doy = doe - (365 * yoe + int(yoe / 4) - int(yoe / 100))
        mp = int((5 * doy + 2) / 153)
        month = mp < 10 ? mp + 3 : mp - 9
        printf "%02d%02d%02d%02d%02d%02dZ\n",
            (yoe + (month <= 2)) % 100, month,
            doy - int((153 * mp + 2) / 5) + 1,
            int(left / 3600), int(left % 3600 / 60), left % 60
    }'
}

# Valid since yesterday, for laptops whose clock is some hours behind.
now=${CERTS_NOW:-$(date +%s)}
from=$(stamp $((now - day)))
to=$(stamp $((now + days * day)))

umask 077
if ! mkdir -p "$dir" || ! work=$(mktemp -d "$dir/making.XXXXXX"); then
    say "cannot write to the folder $dir: make yourself its owner, or name" \
        "another folder: make certs CERTS=FOLDER"
    exit 73
fi
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# openssl ca is the only command that can set the start in every OpenSSL and
# LibreSSL. It needs a database. All its paths are relative to the work folder,
# so the name of $dir needs no quoting.
: >"$work/index"
echo "unique_subject = no" >"$work/index.attr"
echo "01$(openssl rand -hex 14)" >"$work/serial"
cat >"$work/settings" <<END
[req]
distinguished_name = name
prompt = no
[name]
CN = chat lab
[ca]
default_ca = class
[class]
database = index
serial = serial
new_certs_dir = .
default_md = sha256
policy = policy
[policy]
commonName = supplied
[authority]
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

# quietly COMMAND...: runs it in the work folder, and prints its output only if
# it fails.
quietly()
{
    (cd "$work" && "$@") >"$work/output" 2>&1 || {
        cat "$work/output" >&2
        say "openssl failed; nothing was made. If it printed no reason, check" \
            "that the disk is not full"
        exit 70
    }
}

# new_key NAME SUBJECT: makes a key, and a request for its certificate.
new_key()
{
    quietly openssl ecparam -name prime256v1 -genkey -noout -out "$1.pem"
    quietly openssl req -new -sha256 -key "$1.pem" -config settings \
        -subj "/CN=$2" -out "$1.request"
}

# sign OPTION...: signs a certificate, valid from $from to $to.
sign()
{
    quietly openssl ca -batch -notext -config settings -startdate "$from" \
        -enddate "$to" -keyfile ca-key.pem "$@"
}

if [ -n "$renew" ]; then
    cp "$dir/ca.pem" "$dir/ca-key.pem" "$work"
else
    new_key ca-key "chat lab class CA"
    sign -selfsign -extensions authority -in ca-key.request -out ca.pem
fi
new_key server-key "chat lab server"
sign -cert ca.pem -extensions server -in server-key.request -out server.pem
[ -n "${CERTS_NOW:-}" ] ||
    quietly openssl verify -CAfile ca.pem server.pem
chmod 600 "$work/ca-key.pem" "$work/server-key.pem"
chmod 644 "$work/ca.pem" "$work/server.pem"
[ -n "$renew" ] || mv "$work/ca-key.pem" "$work/ca.pem" "$dir"
mv -f "$work/server-key.pem" "$work/server.pem" "$dir"

# --- What to type next ------------------------------------------------------

host=${1#"["}
host=${host%"]"}
case $host in
*:*) url="'https://[$host]:8080'" ;;
*) url=https://$host:8080 ;;
esac

# The option --listen. The demo works only on loopback addresses, of which
# 127.0.0.1 is the default. --listen does not accept a name.
listen="--listen $host "
demo=
case $(kind "$host"):$host in
*:127.0.0.1 | DNS:localhost) demo=yes listen= ;;
IP:127.* | IP:::1) demo=yes ;;
DNS:*) listen="--listen 0.0.0.0 " ;;
esac
# make ARGS="..." splits at spaces, so it cannot pass on a folder that needs
# quotes.
case $dir in
*[!A-Za-z0-9_@%+=:,./-]*) demo='' by_make='' ;;
*) by_make=yes ;;
esac
cert=$(quote "$dir/server.pem")
key=$(quote "$dir/server-key.pem")
tls="$listen--tls-cert $cert --tls-key $key"
ca="--cacert $(quote "$dir/ca.pem")"
server=$(quote "$build/chat-server")
db=$(quote "$db")

if [ -n "$renew" ]; then
    cat <<END
Made for $* (valid for $days days), under the authority that the students have:
END
else
    cat <<END
Made for $* (valid for $days days):
    $dir/ca.pem          hand this to the students
    $dir/ca-key.pem      the authority's key: keep it here, to renew server.pem
END
fi
cat <<END
    $dir/server.pem      the server's certificate
    $dir/server-key.pem  its key: keep it here

END
if [ -n "$demo" ]; then
    echo "Next, in three terminals:"
    echo "    make server ARGS=\"$tls\""
elif [ -n "$renew" ]; then
    echo "Next, start the server again, then the clients:"
    echo "    $server --db $db $tls"
else
    echo "Next, build the kit and add accounts; adduser asks for the password:"
    echo "    make"
    echo "    $server adduser --db $db alice"
    echo "    $server adduser --db $db bob"
    echo "Then, in three terminals:"
    echo "    $server --db $db $tls"
fi
if [ -n "$by_make" ]; then
    echo "    make receiver ME=bob SERVER=$url ARGS=\"$ca\""
    echo "    make sender ME=alice TO=bob SERVER=$url ARGS=\"$ca\""
else
    echo "    $(quote "$build/starter/receiver") --server $url --user bob $ca"
    echo "    $(quote "$build/starter/sender") --server $url --user alice $ca bob"
fi

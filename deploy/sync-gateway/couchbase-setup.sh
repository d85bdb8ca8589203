#!/bin/sh
# Makes the cluster, the bucket "documents" and the user "sync-gateway" in Couchbase Server. Safe to run again.
# This file was not run: it needs the image of Couchbase Server.
set -eu
password=$(cat /run/secrets/couchbase-password)
cluster=http://couchbase:8091
cli=/opt/couchbase/bin/couchbase-cli

attempts=0
until "$cli" bucket-list -c "$cluster" -u Administrator -p "$password" >/dev/null 2>&1 \
    || "$cli" cluster-init -c "$cluster" --cluster-username Administrator --cluster-password "$password" \
        --services data,index,query --cluster-ramsize 512 --cluster-index-ramsize 256 --index-storage-setting default
do
    attempts=$((attempts + 1))
    if [ "$attempts" -ge 60 ]; then
        echo "Couchbase Server at $cluster cannot be set up: it does not answer, or its Administrator has another password." >&2
        exit 1
    fi
    sleep 2
done

"$cli" bucket-list -c "$cluster" -u Administrator -p "$password" | grep -qx documents \
    || "$cli" bucket-create -c "$cluster" -u Administrator -p "$password" \
        --bucket documents --bucket-type couchbase --bucket-ramsize 256 --wait
"$cli" user-manage -c "$cluster" -u Administrator -p "$password" --set --auth-domain local \
    --rbac-username sync-gateway --rbac-password "$password" --roles 'bucket_full_access[documents]'
echo "The bucket documents is ready."

# `fleet up` of a newer release: bring policies, roles and key names up to date. It reads no secret of anybody.
path "sys/policies/acl/+"                { capabilities = ["create", "update"] }
path "auth/approle/role/control-plane"   { capabilities = ["create", "update"] }
path "auth/approle/role/worker"          { capabilities = ["create", "update"] }
path "auth/approle/role/$role"           { capabilities = ["create", "update"] }
path "auth/approle/role/$role/role-id"   { capabilities = ["create", "update"] }
path "auth/approle/role/console"         { capabilities = ["create", "update"] }
path "auth/approle/role/console/role-id" { capabilities = ["create", "update"] }
path "transit/keys/+"                    { capabilities = ["create", "update"] }

path "auth/token/renew-self"             { capabilities = ["update"] }
path "auth/token/revoke-self"            { capabilities = ["update"] }

// Made by `npm run grammar` from test/fixtures/help, Hidden.ts and newer.generated.ts.
// From docker-29.7.2, buildx-0.36.1, docker-28.5.2, docker-26.1.5, docker-20.10.24, docker-20.10.5, buildx-0.29.1, buildx-0.13.1.

/** The flags of docker's global level (empty name), groups and commands, in the form of `Grammar.decode`. */
export const docker: Readonly<Record<string, string>> = {
  "":
    "config= context:c= debug:D host:H* log-level:l= tls tlscacert= tlscert= tlskey= tlsverify version:v",
  "run":
    "! add-host* annotation* attach:a* blkio-weight= blkio-weight-device* cap-add* cap-drop* cgroup-parent= cgroupns= cidfile= cpu-count= cpu-percent= cpu-period= cpu-quota= cpu-rt-period= cpu-rt-runtime= cpu-shares:c= cpus= cpuset-cpus= cpuset-mems= detach:d detach-keys= device* device-cgroup-rule* device-read-bps* device-read-iops* device-write-bps* device-write-iops* disable-content-trust dns* dns-opt* dns-option* dns-search* domainname= entrypoint= env:e* env-file* expose* gpus* group-add* health-cmd= health-interval= health-retries= health-start-interval= health-start-period= health-timeout= help hostname:h= init interactive:i io-maxbandwidth= io-maxiops= ip= ip6= ipc= isolation= kernel-memory= label:l* label-file* link* link-local-ip* log-driver= log-opt* mac-address= memory:m= memory-reservation= memory-swap= memory-swappiness= mount* name= net* net-alias* network* network-alias* no-healthcheck oom-kill-disable oom-score-adj= pid= pids-limit= platform= privileged publish:p* publish-all:P pull= quiet:q read-only restart= rm runtime= security-opt* shm-size= sig-proxy stop-signal= stop-timeout= storage-opt* sysctl* tmpfs* tty:t ulimit* use-api-socket user:u= userns= uts= volume:v* volume-driver= volumes-from* workdir:w=",
  "create":
    "! add-host* annotation* attach:a* blkio-weight= blkio-weight-device* cap-add* cap-drop* cgroup-parent= cgroupns= cidfile= cpu-count= cpu-percent= cpu-period= cpu-quota= cpu-rt-period= cpu-rt-runtime= cpu-shares:c= cpus= cpuset-cpus= cpuset-mems= device* device-cgroup-rule* device-read-bps* device-read-iops* device-write-bps* device-write-iops* disable-content-trust dns* dns-opt* dns-option* dns-search* domainname= entrypoint= env:e* env-file* expose* gpus* group-add* health-cmd= health-interval= health-retries= health-start-interval= health-start-period= health-timeout= help hostname:h= init interactive:i io-maxbandwidth= io-maxiops= ip= ip6= ipc= isolation= kernel-memory= label:l* label-file* link* link-local-ip* log-driver= log-opt* mac-address= memory:m= memory-reservation= memory-swap= memory-swappiness= mount* name= net* net-alias* network* network-alias* no-healthcheck oom-kill-disable oom-score-adj= pid= pids-limit= platform= privileged publish:p* publish-all:P pull= quiet:q read-only restart= rm runtime= security-opt* shm-size= stop-signal= stop-timeout= storage-opt* sysctl* tmpfs* tty:t ulimit* use-api-socket user:u= userns= uts= volume:v* volume-driver= volumes-from* workdir:w=",
  "build":
    "add-host* allow* annotation* attest* build-arg* build-context* builder= cache-from* cache-to* call= cgroup-parent= check compress cpu-period= cpu-quota= cpu-shares:c= cpuset-cpus= cpuset-mems= debug:D detach disable-content-trust file:f= force-rm iidfile= isolation= label* load memory:m= memory-swap= metadata-file= network= no-cache no-cache-filter* output:o* platform* policy* print= progress= provenance= pull push quiet:q resource* rm root= sbom= secret* security-opt* server-config= shm-size= squash ssh* stream tag:t* target= ulimit*",
  "volume create":
    "availability= driver:d= group= label* limit-bytes= name= opt:o* required-bytes= scope= secret* sharing= topology-preferred* topology-required* type=",
  "service create":
    "! cap-add* cap-drop* config* constraint* container-label* credential-spec= detach:d dns* dns-option* dns-search* endpoint-mode= entrypoint= env:e* env-file* generic-resource* group* health-cmd= health-interval= health-retries= health-start-interval= health-start-period= health-timeout= host* hostname= init isolation= label:l* limit-cpu= limit-memory= limit-pids= log-driver= log-opt* max-concurrent= memory-swap= memory-swappiness= mode= mount* name= network* no-healthcheck no-resolve-image oom-score-adj= placement-pref* publish:p* quiet:q read-only replicas= replicas-max-per-node= reserve-cpu= reserve-memory= restart-condition= restart-delay= restart-max-attempts= restart-window= rollback-delay= rollback-failure-action= rollback-max-failure-ratio= rollback-monitor= rollback-order= rollback-parallelism= secret* stop-grace-period= stop-signal= sysctl* tty:t ulimit* update-delay= update-failure-action= update-max-failure-ratio= update-monitor= update-order= update-parallelism= user:u= with-registry-auth workdir:w=",
  "service update":
    "args= cap-add* cap-drop* config-add* config-rm* constraint-add* constraint-rm* container-label-add* container-label-rm* credential-spec= detach:d dns-add* dns-option-add* dns-option-rm* dns-rm* dns-search-add* dns-search-rm* endpoint-mode= entrypoint= env-add* env-rm* force generic-resource-add* generic-resource-rm* group-add* group-rm* health-cmd= health-interval= health-retries= health-start-interval= health-start-period= health-timeout= host-add* host-rm* hostname= image= init isolation= label-add* label-rm* limit-cpu= limit-memory= limit-pids= log-driver= log-opt* max-concurrent= memory-swap= memory-swappiness= mount-add* mount-rm* network-add* network-rm* no-healthcheck no-resolve-image oom-score-adj= placement-pref-add* placement-pref-rm* publish-add* publish-rm* quiet:q read-only replicas= replicas-max-per-node= reserve-cpu= reserve-memory= restart-condition= restart-delay= restart-max-attempts= restart-window= rollback rollback-delay= rollback-failure-action= rollback-max-failure-ratio= rollback-monitor= rollback-order= rollback-parallelism= secret-add* secret-rm* stop-grace-period= stop-signal= sysctl-add* sysctl-rm* tty:t ulimit-add* ulimit-rm* update-delay= update-failure-action= update-max-failure-ratio= update-monitor= update-order= update-parallelism= user:u= with-registry-auth workdir:w=",
  "stack deploy":
    "compose-file:c* detach:d orchestrator= prune quiet:q resolve-image= with-registry-auth",
  "stack config":
    "compose-file:c* skip-interpolation",
  "start":
    "attach:a checkpoint= checkpoint-dir= detach-keys= interactive:i",
  "checkpoint create":
    "checkpoint-dir= leave-running",
  "checkpoint ls":
    "checkpoint-dir=",
  "checkpoint rm":
    "checkpoint-dir=",
  "plugin set":
    "",
  "plugin install":
    "alias= disable disable-content-trust grant-all-permissions",
  "buildx":
    "builder= debug:D",
  "stack":
    "orchestrator="
}

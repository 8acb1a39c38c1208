namespace Holdfast.Failures;

/// <summary>
/// Key-value, document and search stores, queues and coordinators: Redis, MongoDB, Cassandra, Elasticsearch, Kafka,
/// RabbitMQ, NATS, etcd, ZooKeeper, memcached, S3-like stores. From their lists of error codes.
/// </summary>
internal static class StoreRules
{
    internal const string Text = """
        store.mongo_time timeout 96
        : operation exceeded time limit
        : maxtimemsexpired
        > raise maxTimeMS, or make the operation smaller
        + MongoServerError: operation exceeded time limit
        + MongoServerError[MaxTimeMSExpired]: operation exceeded time limit
        - operations within their time limit: 12

        store.down unavailable 82
        : =LOADING redis
        : =MASTERDOWN
        : =CLUSTERDOWN
        : =TRYAGAIN
        : =NOREPLICAS
        : max number of clients reached
        : notwritableprimary|notprimarynosecondaryok|primarysteppeddown|interruptedatshutdown|shutdowninprogress
        : not master
        : not primary
        : notprimaryerror|notmastererror
        : unavailableexception
        : nohostavailable*
        : cluster_block_exception
        : no_shard_available_action_exception
        : search_phase_execution_exception
        : master_not_discovered_exception
        : es_rejected_execution_exception
        : all shards failed
        : not_leader_for_partition|leader_not_available|coordinator_not_available|not_coordinator|not_enough_replicas
        : coordinator_load_in_progress|broker_not_available|replica_not_available|notleaderforpartition
        : notleaderorfollowerexception|leadernotavailableexception|notenoughreplicasexception
        : coordinatornotavailableexception|brokernotavailableexception
        : no leader
        : etcdserver leader changed
        : etcdserver not healthy
        : vault is sealed
        : no cluster leader
        : no nodes available
        : nats no responders
        : no responders available
        : node is not available
        : cluster is not available|ready
        ! is sealed $ secret
        > wait until the server is ready again; see its own log
        + CLUSTERDOWN The cluster is down
        + {"error":{"type":"master_not_discovered_exception","reason":null},"status":503}
        + Error: no leader
        - the loading dock is full

        store.auth auth 82
        : =NOAUTH
        : =WRONGPASS
        : =NOPERM
        : =DENIED redis
        : security_exception
        : sasl authentication failed|error
        : sasl_authentication_failed|topic_authorization_failed|group_authorization_failed|cluster_authorization_failed
        : saslauthenticationexception|topicauthorizationexception|groupauthorizationexception
        : access_refused
        : access refused
        : authorization violation
        : permissions violation
        : etcdserver permission denied
        : etcdserver user name is empty
        : invalid auth token
        : missing client token
        : not authorized on
        : code 403 errors
        : not authorized to execute
        : bad auth
        : authenticationerror
        : command ... requires authentication
        > give the client a user that may do this
        + NOPERM User default has no permissions to run the 'flushall' command
        + MongoServerError: not authorized on admin to execute command { shutdown: 1 }
        + nats: error: Authorization Violation
        - nats: subscribed to auth.events

        store.invalid invalid_input 80
        : =WRONGTYPE
        : =CROSSSLOT
        : =NOSCRIPT
        : =EXECABORT
        : =ERR wrong number of arguments
        : =ERR syntax error
        : =ERR value is not an integer
        : =ERR invalid
        : =ERR unknown command|subcommand
        : e11000
        : duplicate key error
        : document failed validation
        : mapper_parsing_exception|parsing_exception|illegal_argument_exception|x_content_parse_exception
        : strict_dynamic_mapping_exception|resource_already_exists_exception|invalid_index_name_exception
        : json_parse_exception
        : precondition_failed
        : channel ... precondition failed
        : message_too_large|invalid_topic_exception|record_too_large|topic_already_exists|unsupported_version
        : recordtoolargeexception|invalidtopicexception|topicexistsexception|serializationexception
        : maximum payload violation
        : invalid subject
        : request is too large
        : client_error bad
        : invalidqueryexception
        : key is required
        + WRONGTYPE Operation against a key holding the wrong kind of value
        + MongoServerError: E11000 duplicate key error collection: shop.orders index: _id_
        + {"error":{"type":"mapper_parsing_exception","reason":"failed to parse field [n]"},"status":400}
        - key type is wrong for nobody

        store.refused invalid_input 80
        : ^ =ERR _
        : ^ error =ERR _
        @ redis redis-cli valkey-cli keydb-cli
        > see the command's syntax
        + ERR Error compiling script (new function): user_script:1: ')' expected near '<eof>'
        + (error) ERR no such key
        - ERROR is what the key holds

        store.missing not_found 80
        : index_not_found_exception
        : resource_not_found_exception
        : unknown_topic_or_partition|unknown_member_id|group_id_not_found
        : unknowntopicorpartitionexception
        : topic ... not present in metadata
        ! timeoutexception
        : no queue|exchange|vhost ... in vhost
        : not_found no
        : stream not found
        : consumer not found
        : key not found
        : no such container
        : ns not found
        : namespacenotfound
        : keyspace ... does not exist
        : unconfigured table
        : no value found at
        : no handler for route
        : the specified bucket|key does not exist
        + {"error":{"type":"index_not_found_exception","reason":"no such index [orders]"},"status":404}
        + nats: error: stream not found (10059)
        - queue declared in vhost

        store.contention resource_contention 82
        : =BUSY redis
        : =BUSYKEY
        : writeconflict
        : write conflict
        : locktimeout|lockfailed|lockbusy
        : version_conflict_engine_exception
        : version conflict ... document
        : resource_locked
        : exclusive access
        : snapshot_in_progress_exception|concurrent_snapshot_execution_exception
        : casmismatch
        : compare failed
        : concurrent_transactions|rebalance_in_progress
        : wrong last sequence
        : =WATCH ... failed
        ! depends
        ! npm
        ! requires
        + BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.
        + MongoServerError: WriteConflict error: this operation conflicted with another operation.
        - busybox is installed

        store.exhausted resource_exhausted 92
        : =OOM command not allowed
        : =MISCONF
        : out of memory storing object
        : circuit_breaking_exception
        : data too large data for
        : flood stage ... watermark
        : disk usage exceeded
        : mvcc database space exceeded
        : etcdserver ... space exceeded
        : kafka_storage_error
        : memory resource limit alarm
        : maximum store size
        : insufficient resources
        : insufficient storage
        : buffer full
        : bufferexhaustedexception
        : queue full
        + OOM command not allowed when used memory > 'maxmemory'.
        + Error: etcdserver: mvcc: database space exceeded
        - used_memory 4 of 8 MB, command allowed

        store.timeout timeout 80
        : server selection timed out
        : serverselectiontimeouterror
        : maxtimemsexpired
        : readtimeoutexception|writetimeoutexception
        : operationtimedout*
        : request_timed_out
        : timed out ... exceeded
        : local queue full timed out
        : nats timeout
        : receive_timeout_transport_exception
        : process_cluster_event_timeout_exception
        : etcdserver request timed out
        + pymongo.errors.ServerSelectionTimeoutError: 127.0.0.1:27017: connection refused, Timeout: 5.0s
        + nats: error: nats: timeout
        - server selected in 12 ms

        store.connection connection 78
        : could not connect to redis
        : mongonetworkerror
        : mongooseserverselectionerror
        : mongoserverselectionerror ... econnrefused
        : nobrokersavailable
        : no brokers available
        : broker transport failure
        : all broker connections are down
        : bootstrap broker ... disconnected
        : node # disconnected
        : _transport ... failed
        : network_exception
        : networkexception
        : amqpconnectionerror
        : connection_forced
        : no servers available for connection
        : autoreconnect
        : zookeeper connectionloss
        : connectionlossexception
        : kazoo ... connection
        : nodename nor servname
        + Could not connect to Redis at 127.0.0.1:6379: Connection refused
        + %3|1|FAIL|rdkafka#producer-1| Local: Broker transport failure
        - broker connected
        """;
}

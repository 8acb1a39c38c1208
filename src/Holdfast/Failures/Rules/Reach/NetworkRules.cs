namespace Holdfast.Failures;

/// <summary>Refused, reset, unresolved, unreachable, timed out, TLS.</summary>
internal static class NetworkRules
{
    internal const string Text = $"""
        net.refused connection 76
        : is the server running
        : refused connection
        : socket|sock ... no such file or directory
        : could not verify that this server
        : make sure ... server is running
        : server is not running|reachable|accessible
        : connection to server on socket
        : can't connect to local
        : connection refused
        : econnrefused
        : connection was refused
        : connection ... was refused
        : failed|couldn't to connect to ... after|port
        : couldn't connect to server
        : could not connect to the endpoint
        : could not connect to server
        : cannot connect to the docker daemon
        : can't connect to ... server
        : connectionrefusederror
        : no connection could be made because
        : all connection attempts failed
        : error in socketconnection
        ! failed calling webhook
        > start the server, or correct its address and port
        + dial tcp 10.0.0.1:5432: connect: connection refused
        + curl: (7) Failed to connect to localhost port 18090 after 0 ms: Couldn't connect to server
        + Error: connect ECONNREFUSED 127.0.0.1:5432
        - test_connection_refused_is_retried ... ok
        - fatal: refusing to merge unrelated histories

        net.kube_default connection 94 permanent
        : server localhost 8080 was refused
        : server 127 # # # 8080 was refused
        > no kubeconfig is in force, so the built-in default address was tried
        + The connection to the server localhost:8080 was refused - did you specify the right host or port?
        + The connection to the server 127.0.0.1:8080 was refused - did you specify the right host or port?
        - The connection to the server 10.0.0.7:6443 was refused - did you specify the right host or port?

        net.reset connection 74
        : connection reset
        : econnreset
        : connection aborted
        : connectionreseterror
        : connection closed by
        : host|server|peer|side|end closed connection
        : connection ... closed by remote host
        : connection broken
        : connection lost
        : broken pipe
        : epipe
        : socket hang up
        : unexpected eof
        : empty reply from server
        : stream # was not closed cleanly
        : server disconnected
        : server closed the connection unexpectedly
        : server has gone away
        : response ended prematurely
        : connection terminated unexpectedly
        : incompleteread
        : transfer closed with ... remaining
        : recv failure
        : send failure
        : stream disconnected before completion
        : premature close
        : connection was|is|has|got ... closed before
        : connection was closed before|by|unexpectedly|while|during
        : connection was reset|aborted|dropped|lost|interrupted|terminated|forcibly
        : exception while reading|writing from|to stream
        ! unexpected eof while looking
        ! reason content_filter
        ! attributeerror
        > the other side or something between closed the connection; try again
        + read(net): Connection reset by peer
        + requests.exceptions.ChunkedEncodingError: ('Connection broken: IncompleteRead(40000 bytes read)')
        + curl: (52) Empty reply from server
        + Connection was closed before we received a valid response from endpoint URL: "https://s3.test/a".
        + Npgsql.NpgsqlException (0x80004005): Exception while reading from stream
        - bash: unexpected EOF while looking for matching `"'
        - test_connection_reset_handled ... ok
        - the connection pool was closed after 12 jobs

        net.hung_up connection 52
        : early eof
        : remote hung up unexpectedly
        : remote end hung up
        : unexpected disconnect
        : could not read from remote repository
        : connection closed by # #
        : connection closed by # # # # port
        : xhr|polling poll error
        : ^ websocket error $
        > the other side closed the connection; what it said before tells why
        + fatal: the remote end hung up unexpectedly
        + fetch-pack: unexpected disconnect while reading sideband packet
        - hung tasks: 0

        net.dns connection 80
        : could not resolve host|hostname|proxy|the
        : couldn't resolve host
        : unable to resolve host address
        : name or service not known
        : temporary failure in name resolution
        : temporary failure resolving
        : name resolution ... fail|failed|failure
        : getaddrinfo enotfound|eai_again
        : enotfound
        : eai_again
        : no such host
        : nodename nor servname
        : unknownhostexception
        : unknown host
        : lookup failed
        : server misbehaving
        : no address associated with hostname
        : host not found
        : failed to resolve ... host|name|address
        : nameresolutionerror
        : could not translate host name
        : dns error|lookup ... fail|failed|error
        ! registry index
        > check the host name and the name server
        + curl: (6) Could not resolve host: artifacts.corp.internal
        + socket.gaierror: [Errno -3] Temporary failure in name resolution
        + Error: getaddrinfo EAI_AGAIN api.corp.internal
        - error: unresolved import `host`

        net.unreachable connection 78
        : network is unreachable
        : no route to host
        : enetunreach
        : ehostunreach
        : host is unreachable
        : network ... unreachable
        : destination host unreachable
        : 100 packet loss
        : no servers could be reached
        + connect: network is unreachable
        + ssh: connect to host 10.1.1.1 port 22: No route to host
        - warning: unreachable code after return statement

        net.no_internet connection 62
        : unable to connect
        : cannot connect to
        : waiting for network
        : fetch failed
        : connection error
        : connecterror
        : network error
        : failed to fetch
        : apiconnectionerror
        : could not establish connection
        : error trying to connect
        : newconnectionerror
        : max retries exceeded with url
        : failed to establish a new connection
        : check your internet connection
        : could not connect to
        : unable to reach
        : typo in the url or port
        : socket connection was closed
        : failed to connect
        : no response $
        : endpointconnectionerror
        ! fetch failed test
        ! too many # error responses
        ! handshake timeout
        + [API Error: Connection error. (cause: fetch failed)]
        + AI_APICallError: Cannot connect to API: Unable to connect. Is the computer able to access the url?
        - connectionError = null

        net.intercepted connection 74
        : empty or malformed response
        : failed to open stream http request failed $
        : failed to open stream http request failed in
        : badstatusline
        : malformed http response|status|version
        : parse error expected http
        : invalid http version|status line
        : received http ... when not allowed
        : check for a proxy or gateway intercepting
        : invalid response from server|upstream
        + API Error: API returned an empty or malformed response (HTTP 200) — check for a proxy
        + http.client.BadStatusLine: garbage
        + error: invalid response from upstream
        - error: malformed response body in test fixture

        net.tls_verify connection 84 permanent
        : certificate verify failed
        : certificate_verify_failed
        : unable to get local issuer certificate
        : unable_to_verify_leaf_signature
        : self signed certificate
        : depth_zero_self_signed_cert
        : certificate has expired
        : cert_has_expired
        : certificate ... not trusted
        : x509
        : certificate subject name ... does not match
        : no alternative certificate subject name
        : server certificate verification failed
        : unable to verify the first certificate
        : pkix path building failed
        : hostname mismatch certificate
        : remote certificate is invalid
        : err_tls_cert_altname_invalid
        : ssl certificate problem
        > {FailureDefaults.BadCertificate}
        + curl: (60) SSL certificate problem: self-signed certificate
        + tls: failed to verify certificate: x509: certificate signed by unknown authority
        - info: certificate renewed, expires in 90 days

        net.tls_handshake connection 82 permanent
        : wrong version number
        : ssl_error_syscall
        : tls handshake ... failure|failed|error
        : ssl handshake ... failure|failed|error
        : http response to https client
        : first record does not look like a tls handshake
        : sslhandshakeexception
        : tlsv1 alert
        : alert handshake failure
        : unsupported protocol ssl|tls
        : packet length too long
        : err_ssl_wrong_version_number
        > the port speaks no TLS, or another version of it
        + curl: (35) error:0A00010B:SSL routines::wrong version number
        + http: server gave HTTP response to HTTPS client
        - ok: TLS handshake completed in 12 ms

        net.browser connection 84
        : err_connection_refused|err_connection_reset|err_connection_closed|err_connection_failed|err_empty_response
        : err_name_not_resolved|err_internet_disconnected|err_address_unreachable|err_network_changed|err_network
        : err_proxy_connection_failed|err_tunnel_connection_failed|err_socket_not_connected|err_http2_protocol_error
        : err_quic_protocol_error|err_network_io_suspended|err_name_resolution_failed
        : server closed idle connection
        : server sent goaway
        : failed to respond
        : peer shut down incorrectly
        : could not reach
        : can't|cannot reach
        : failed to reach
        : ns_error_net_*|ns_error_connection_refused|ns_error_unknown_host
        > see whether the server listens and its name resolves
        + Error: Page.goto: net::ERR_CONNECTION_REFUSED at http://127.0.0.1:1/
        + http2: server sent GOAWAY and closed the connection; LastStreamID=1, ErrCode=NO_ERROR
        - reached the registry

        net.browser_timeout timeout 84
        : err_timed_out|err_connection_timed_out|ns_error_net_timeout
        + Error: page.goto: net::ERR_CONNECTION_TIMED_OUT at http://10.0.0.1/
        + net::ERR_TIMED_OUT
        - err_total: 0

        net.registry connection 66
        : failed to download
        : pluginresolutionexception
        : could not transfer artifact
        : failed to fetch
        : error downloading
        ! offline
        ! not found
        ! status code
        ! 401
        ! 403
        ! unauthorized
        ! forbidden
        ! did not complete successfully
        ! failed to solve process
        + Error: failed to download metadata
        + Could not transfer artifact org.apache:maven:pom:3 from/to central: transfer failed
        - Cannot access central in offline mode and the artifact has not been downloaded

        net.pipe_write connection 40
        : write epipe
        : write error broken pipe
        + Error: write EPIPE
        + tee: write error: Broken pipe
        - pipe opened for writing

        timeout.request timeout 77
        : statement timeout
        : handshake timeout
        : net http ... timeout
        : timed out
        : request timeout
        : connect timeout
        : read|connect timeout on
        : operation too slow less than
        : worker timeout pid
        : bytes sec transferred the last # seconds
        : i o timeout
        : etimedout
        : esockettimedout
        : err_socket_timeout
        : deadline exceeded
        : deadline_exceeded
        : deadlineexceeded
        : deadline expired
        : readtimeout
        : connecttimeout
        : readtimeouterror
        : timeoutexpired
        : timeouterror
        : timeoutexception
        : sockettimeoutexception
        : httptimeoutexception
        : gave up waiting
        : timeout expired
        : timeout exceeded
        : exceeded ... timeout
        : timeout of # ms exceeded
        : timeout of _ exceeded
        : code econnaborted
        : timeout waiting for
        : network timeout at
        : canceled due to the configured httpclient timeout
        : execution expired
        : apitimeouterror
        : headers timeout error
        : body timeout error
        : und_err_headers_timeout
        : und_err_connect_timeout
        : timeout # secs|sec|seconds|s|ms waiting
        : ^ timeout $
        : ^ timeout control|data|socket|connection|read|write|idle|request|response|while|during|reached
        ! timed out after 0
        ! timed out waiting for the condition
        ! jest
        ! lock timeout
        ! lock wait
        > raise the timeout, or see why the other side is slow
        + curl: (28) Operation timed out after 3001 milliseconds with 0 bytes received
        + requests.exceptions.ReadTimeout: HTTPConnectionPool(host='127.0.0.1'): Read timed out. (read timeout=1.5)
        + npm error network timeout at: http://127.0.0.1:19607/left-pad
        - timed out after 0 retries: lock timeout
        - timeouts: 0

        timeout.task timeout 66
        : taskcanceledexception a task was canceled
        : operationcanceledexception the operation was canceled
        ! cancellation was requested
        > an unhandled cancellation is mostly a limit of time inside the program
        + Unhandled exception. System.Threading.Tasks.TaskCanceledException: A task was canceled.
        + Unhandled exception. System.OperationCanceledException: The operation was canceled.
        - ##[error]The operation was canceled.

        timeout.killed timeout 70
        : sending signal _ to command
        : terminated after ... timeout
        : killed ... timeout
        : killed after # seconds|s
        : exceeded the maximum execution time
        : job exceeded ... time limit
        : due to time limit
        : maximum execution time ... exceeded
        + timeout: sending signal KILL to command ‘make’
        + slurmstepd: error: *** JOB 12 ON n1 CANCELLED AT 2026-11-20T09:00:00 DUE TO TIME LIMIT ***
        + The job running on runner has exceeded the maximum execution time of 360 minutes.
        - time limit: none

        timeout.exit timeout 52
        : exit 124 $
        : exit code 124
        : exited with 124
        : exit status 124
        : error 124
        + agent exit: 124
        + make: *** [Makefile:2: test] Error 124
        - exit 1243

        timeout.terminated timeout 34
        : ^ make ... =Terminated $
        + make: *** [Mt:2: test] Terminated
        + make: *** [all] Terminated
        - make: *** [all] Error 1
        """;
}

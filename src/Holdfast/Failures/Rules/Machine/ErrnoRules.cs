namespace Holdfast.Failures;

/// <summary>
/// Error numbers of the system, by name (errno(3)) and by the words of strerror in glibc, musl, macOS and Windows.
/// </summary>
internal static class ErrnoRules
{
    internal const string Text = """
        errno.permission permission 64
        : operation not permitted
        : read only file system
        : key was rejected by service
        : ekeyrejected
        : access is denied os error 5
        : os error 1|13|30
        : errno 1|13|30
        : system error 5|740
        : requires elevation
        : a required privilege is not held
        : must be run as root|superuser|administrator
        : must be superuser
        : need to be root
        : run ... as administrator
        : try again as root
        : run again with the allow
        : cannot be run as root
        : requires read|write|net|env|run|sys|ffi access
        : notcapable
        : not have permission to
        : do not have sufficient privileges
        : insufficient permission|permissions
        : permissions # for ... are too open
        : unprotected private key file
        : bad permissions
        : bad owner or permissions
        : must be owned by
        : owner ... mismatch
        : could not open ... permission denied
        : interactive authentication required
        : you must be root
        : a terminal is required to
        : is not in the sudoers file
        : not allowed to execute ... as root
        : sudo ... password is required
        : is read only
        ! publickey
        ! keyboard
        > check owner and mode of the file, or the user it runs as
        + error: insufficient permission for adding an object to repository database .git/objects
        + std::fs::write: Permission denied (os error 13)
        + Failed to restart nginx.service: Interactive authentication required.
        - git@github.com: Permission denied (publickey).

        errno.missing not_found 61
        : no such file or directory
        : no such device
        : no such process
        : no such id
        : enodev|enxio|esrch|enoent|enotdir
        : os error 2|3
        : errno 2
        : winerror 2|3|126
        : system cannot find the file|path specified
        : the specified module could not be found
        : no such entity
        : cannot stat
        : failed to open ... no such
        ! or directory compilation
        ! socket
        + thread 'main' error: Os { code: 2, kind: NotFound, message: "No such file or directory" }
        + FileNotFoundError: [WinError 2] The system cannot find the file specified
        - file or directory listing done

        errno.invalid invalid_input 60
        : invalid argument $
        : einval
        : file name too long
        : enametoolong
        : is a directory
        : eisdir
        : not a directory
        : directory not empty
        : enotempty
        : file exists
        : eexist
        : too many levels of symbolic links
        : eloop
        : invalid cross device link
        : exdev
        : exec format error
        : enoexec
        : bad file descriptor
        : ebadf
        : inappropriate ioctl for device
        : enotty
        : illegal seek
        : espipe
        : function not implemented
        : enosys
        : operation not supported
        : eopnotsupp|enotsup
        : protocol not supported
        : address family not supported
        : eafnosupport
        : numerical result out of range
        : numerical argument out of domain
        : value too large for defined data type
        : eoverflow
        : bad address
        : efault
        : invalid or incomplete multibyte
        : message too long
        : emsgsize
        : destination address required
        : cannot overwrite
        : are the same file
        : omitting directory
        : not a regular file
        : the filename or extension is too long
        : the parameter is incorrect
        ! does not exist
        ! lock file exists
        ! lock
        ! hunks
        ! index
        ! execvp
        ! or is a directory
        + mkdir: cannot create directory ‘out’: File exists
        + Error: EISDIR: illegal operation on a directory, read
        + rmdir: failed to remove 'x': Directory not empty
        - fatal: Unable to create '/r/.git/index.lock': File exists.

        errno.exhausted resource_exhausted 84
        : no space left on device
        : disk quota exceeded
        : cannot allocate memory
        : out of memory
        : too many open files
        : file too large
        : argument list too long
        : too many links
        : no buffer space available
        : no locks available
        : no child processes available
        : not enough space
        : not enough core
        : emlink|enobufs|enolck|e2big|enospc|enomem|emfile|enfile|efbig|edquot
        : os error 12|24|28|27|122
        : errno 12|24|28|122
        : winerror 8|14|112|1450|1455
        : insufficient system resources
        : paging file is too small
        : too many users
        : too many processes
        : maximum number of processes
        ! perhaps out of memory
        > free disk, memory or handles, or raise the limit
        + OSError: [Errno 28] No space left on device: 'x'
        + error: Too many open files (os error 24)
        - found 28 errors, errno unset

        errno.contention resource_contention 78
        : resource temporarily unavailable
        : device or resource busy
        : text file busy
        : resource deadlock avoided
        : address already in use
        : operation already in progress
        : operation would block
        : errno 11|16|26|35|98|48|10048
        : os error 11|16|26|98
        : winerror 32|33|10048|10013
        : used by another process
        : eagain|ebusy|etxtbsy|edeadlk|eaddrinuse|ewouldblock|ealready
        : locked a portion of the file
        : file is locked
        : is locked by
        : unable to lock
        ! fork
        ! thread
        ! response reading failed
        + OSError: [Errno 98] Address already in use
        + BlockingIOError: [Errno 11] Resource temporarily unavailable
        - bash: fork: retry: Resource temporarily unavailable

        errno.fork resource_exhausted 86
        : fork ... resource temporarily unavailable
        : cannot fork
        : unable to fork
        : can't start new thread
        : failed to create thread
        : clone ... resource temporarily unavailable
        : pthread_create ... resource temporarily unavailable
        : thread ... resource temporarily unavailable
        : no more processes
        : cannot create thread|worker
        > raise the limit of processes (ulimit -u, pids.max), or start less at once
        + bash: fork: retry: Resource temporarily unavailable
        + RuntimeError: can't start new thread
        - fork of the repository is up to date

        errno.bind_address invalid_input 90
        : listen|bind|binding eaddrnotavail
        : bind|listen|listening|binding|bindexception ... cannot|can't assign requested address
        > the address does not belong to this machine: correct it
        + Error: listen EADDRNOTAVAIL: address not available 8.8.8.8:80
        + listen tcp 8.8.8.8:80: bind: cannot assign requested address
        - connect: cannot assign requested address

        errno.connection connection 72
        : connection refused
        : connection reset by peer
        : software caused connection abort
        : network is down
        : network is unreachable
        : network dropped connection on reset
        : host is down
        : no route to host
        : cannot assign requested address
        : can't assign requested address
        : transport endpoint is not connected
        : socket is not connected
        : cannot send after transport endpoint shutdown
        : broken pipe
        : machine is not on the network
        : link has been severed
        : communication error on send
        : remote address changed
        : protocol error $
        : econnrefused|econnreset|econnaborted|enetdown|enetunreach|enetreset|ehostdown|ehostunreach|eaddrnotavail
        : enotconn|eshutdown|epipe|enonet|enolink|ecomm|eremchg
        : os error 104|111|113|101|103|32|100|99|107
        : errno 104|111|113|101|103|61|54|10061|10054|10051|10060
        : winerror 10061|10054|10053|10051|10065
        : forcibly closed by the remote host
        : actively refused it
        : established connection was aborted
        : failed to establish a new connection
        : the connection was reset
        : connection was closed unexpectedly
        : connection unexpectedly closed
        : connection closed unexpectedly
        : connection closed by remote|peer|server|foreign
        : connection prematurely closed
        : connection timed out errno
        : stale file handle
        : estale
        > see whether the other side listens and can be reached
        + error: Connection refused (os error 111)
        + wget: can't connect to remote host: Network is unreachable
        - test connection_refused_is_retried ... ok

        errno.timeout timeout 76
        : connection timed out
        : operation timed out
        : timer expired
        : etimedout|etime
        : os error 110
        : errno 110|60
        : winerror 10060|121
        : semaphore timeout period has expired
        : connected party did not properly respond
        : connect timed out
        + error: Connection timed out (os error 110)
        + TimeoutError: [Errno 110] Connection timed out
        - ran 110 tests, errno unset

        errno.hardware infrastructure_lost 74
        : _ output error
        : error reading|writing ... output error
        : eio
        : os error 5
        : errno 5
        : remote i o error
        : structure needs cleaning
        : machine check
        : uncorrectable ecc error
        : i o error dev
        : buffer i o error
        : unrecovered read error
        ! access
        ! tty
        ! connection
        > look at disk and kernel log of the machine
        + cp: error reading 'big.img': Input/output error
        + OSError: [Errno 5] Input/output error
        - input and output are the same file
        """;
}

namespace Holdfast.Failures;

/// <summary>Files, commands, permissions, disk, memory.</summary>
internal static class FileRules
{
    internal const string Text = """
        file.missing not_found 63
        : does not appear to contain
        : could not open file
        : enoent
        : filenotfounderror
        : filenotfoundexception
        : directorynotfoundexception
        : nosuchfileexception
        : could not find file
        : could not find a part of the path
        : could not find a package configuration file
        : could not open ... no such
        : cannot find the path|file
        : the system cannot find
        : file not found
        : cannot open input file
        : unable to access jarfile
        : there is no package called
        : could not load file or assembly ... cannot find
        : no known rule to make
        : could not resolve to a
        : no screen
        : must be set to a ... executable
        : chrome|chromium|browser ... not found|installed
        : no chrome installations
        : binary is missing
        : executable doesn't exist
        : please reinstall
        : does not have a provider named
        : must install or update net
        : no cached version
        : available for offline mode
        : no offline meta
        : package mirror
        : could not open requirements file
        : did not match any file|files
        : path does not exist
        : file does not exist
        : does not exist $
        : no rule to make target
        : no makefile found
        : no such file
        : could not read package json
        : no such device or address
        : no file|directory|folder exists at|in|under
        : unhandled exception cannot open
        ! or file
        ! auto code
        ! socket
        ! fatal error
        > check the path; relative ones start at the working directory
        + cat: /etc/acme/service.yaml: No such file or directory
        + Error: ENOENT: no such file or directory, open 'config.json'
        - file found, 3 entries

        names.missing not_found 49
        : *_NOT_FOUND
        ! host_not_found
        + [TABLE_OR_VIEW_NOT_FOUND] The table or view `sales`.`orders` cannot be found.
        + code: ROUTE_NOT_FOUND
        - code: HOST_NOT_FOUND

        command.missing not_found 78
        : command not found
        : don't know how to build|make task
        : not found $
        : cannot execute required file not found
        : is not recognized as an internal
        : executable file not found
        : could not find or load main class
        : error 127 $
        : exit status 127
        : exit code 127
        : no such command
        : spawn ... enoent
        : command ... is not available
        ! error from server
        ! can't resolve
        ! import
        ! option not found
        ! page
        ! http
        ! 404
        ! e404
        ! atom not found
        > install the program, or correct the name or PATH
        + sh: 1: foo: not found
        + bash: line 1: dotnetx: command not found
        - 404 page not found

        module.missing not_found 82
        : unable to locate package
        : couldn't find package
        : could not find com|org|io|net|dev
        : what went wrong ... could not find
        : can't locate
        : unit ... not found
        : cannot find module
        : module_not_found
        : err_module_not_found
        : modulenotfounderror
        : no module named
        : cannot load such file
        : cannot find package
        : module _ not found
        : module _ _ not found
        ! module not found
        : no module found
        : classnotfoundexception
        : noclassdeffounderror
        : can't locate ... in @inc
        : could not find or load
        : no matching package named
        : missing script
        : importerror
        : cannot open shared object file
        : unable to resolve ... for
        : nu1101
        : nu1100
        : no matching distribution
        : etarget
        : e404
        : could not find gem
        : package ... is not in std
        : package ... not found
        : cannot find type
        : undefined function
        ! call to
        : no required module provides package
        : has not been downloaded
        : could not find artifact
        : plugin not found
        : could not|cannot load ... package|module|plugin|driver|extension install it
        : unable|failed to resolve ... package|module|plugin
        : optional|peer package|dependency ... install it
        : install it with|using|via
        : could not find driver
        ! test
        ! error ts
        ! ts2307
        ! could not find a version that satisfies
        ! no matching distribution found
        ! required by
        > install the module or package, or correct its name
        + Error: Cannot find module '/home/dev/js/queue.js'
        + ModuleNotFoundError: No module named 'acme'
        - module loaded: queue

        resource.missing not_found 72
        : error from server notfound
        : relation ... does not exist
        : table ... does not exist|doesn't
        : column ... does not exist
        : database ... does not exist
        : unknown database|column|table
        : no such table|column|container|image|object|host|volume|network
        : function ... does not exist
        : object ... does not exist or not authorized
        : unknown revision
        : bad revision|object
        : unable to locate element
        : not our ref
        : it did not contain
        : no longer has|have a release file
        : does not have a release file
        : failed to load external entity
        : src refspec ... does not match any
        : invalid reference
        : couldn't find remote ref
        : could not find remote branch
        : repository ... not found
        : remote branch ... not found
        : not a git repository
        : is not a working copy
        : not under version control
        : enotcached
        : no cached response is available
        : does not appear to be a git repository
        : manifest unknown
        : manifest for ... not found
        : nosuchkey
        : nosuchbucket
        : resourcenotfoundexception
        : stack ... does not exist
        : project ... not found
        : resource not found
        : notfounderror
        : namespaces ... not found
        : role ... does not exist
        : no such remote
        : pathspec ... did not match
        : not something we can merge
        : fatal bad source
        : user ... does not exist
        : not a valid object name
        : no such process
        : task|target|rule|job|step|command never defined
        : task|target|rule|job|step never|not defined|registered
        : checkout failed for following targets
        : no connected|attached|online|booted|matching devices|device|emulators|simulators
        : no match|matches was|were found for
        : failed to find package
        + ERROR:  relation "invoices" does not exist
        + Error from server (NotFound): deployments.apps "shop-api" not found
        - relation "orders" already exists, skipping

        file.include not_found 80
        : failed opening required
        : uncaught error failed opening
        > install what the autoloader wants, or correct the include path
        + PHP Fatal error:  Uncaught Error: Failed opening required 'vendor/autoload.php' (include_path='.')
        + Warning: include(): Failed opening required 'x.php' for inclusion
        - opening the required lid failed

        permission.java permission 93
        : nio _ accessdeniedexception
        : _ _ file accessdeniedexception
        : filesystemexception ... permission denied
        + Exception in thread "main" java.nio.file.AccessDeniedException: /etc/x
        + Caused by: java.nio.file.AccessDeniedException: /var/lib/x
        - An error occurred (AccessDeniedException) when calling the GetItem operation

        permission.denied permission 66
        : permission denied
        : eacces
        : eperm
        : read only file system
        : erofs
        : unauthorizedaccessexception
        : permissionerror
        : accessdeniedexception
        : access to the path ... is denied
        : blocked by antivirus
        : not permitted
        : must be root
        : are you root
        : must be run as root
        : only root
        : requires root|superuser
        : you need to be root
        : insufficient permissions to write
        : cannot create directory ... permission
        : dubious ownership
        ! publickey
        ! keyboard
        ! table
        ! relation
        ! schema
        ! remote
        > check owner and mode of the file, or the user it runs as
        + cat: /etc/shadow: Permission denied
        + Error: EACCES: permission denied, open '/etc/acme.conf'
        - deploy@127.0.0.1: Permission denied (publickey).

        disk.full resource_exhausted 88
        : install_failed_insufficient_storage
        : no space left on device
        : enospc
        : disk quota exceeded
        : edquot
        : disk full
        : disk is full
        : not enough space on the disk
        : there is not enough space
        : insufficient disk space
        : not enough free space
        : file too large
        : efbig
        : wrote only # of #
        : temp_file_limit
        : temporary file size exceeds
        : could not extend file
        : file size limit exceeded
        : out of disk
        : cannot allocate ... disk
        : low on disk
        : only # mb|gb|kb|mib|gib|tb|bytes left|free|available|remaining
        ! github
        > free some disk, or write elsewhere
        + dd: error writing 'small/big.img': No space left on device
        + tar: small/x.tar: Wrote only 6144 of 10240 bytes
        - disk usage 40 percent

        memory.out resource_exhausted 86 any-line
        : out of memory
        : killed signal terminated program
        : outofmemoryerror
        : outofmemoryexception
        : cannot allocate memory
        : could not allocate
        : enomem
        : memoryerror
        : bad_alloc
        : allowed memory size
        : memory limit exceeded
        : memory usage limit
        : requires more ... memory
        : memory limit js
        : memory limit total|for ... exceeded
        : reaching memory limit
        : unable to allocate
        : memory is required
        : could not reserve enough space
        : oomkilled
        : oom killed
        : oom kill
        : oom killer
        : killed process
        : memory exhausted
        : java heap space
        : gc overhead limit exceeded
        : failed to allocate
        : insufficient memory
        : memory allocation of
        : virtualmemory ulimit
        : heap limit allocation failed
        : no available|free|more memory
        : larger than the maximum number of tokens that can be stored
        : not enough ... memory
        : exceeding|exceeded|exceeds ... memory limit|limits
        : physical memory used
        : no executable batch size
        : resources exceeded during query
        : could not be executed in the allotted memory
        ! perhaps out of memory
        ! fixture
        ! unable to allocate resources invalid|user|requested|job|access
        > give it more memory, or make it use less
        + FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory
        + PHP Fatal error:  Allowed memory size of 4194304 bytes exhausted
        + ValueError: No available memory for the cache blocks.
        + Container killed by YARN for exceeding memory limits. 10.4 GB of 10 GB physical memory used.
        - memory: 40 of 512 MB

        memory.killed resource_exhausted 66
        : ^ killed $
        : ^ =Killed
        : received killed signal
        : exit|exited code|status 137
        : exited with code|status|exit 137
        : exit value 137
        + Killed
        + Killed.
        - skilled workers

        memory.linker resource_exhausted 72
        : link|compile|ld|lld|mold|rustc|cc1plus|cc1|clang|javac|tsc|asm signal killed
        : ld terminated with signal 9
        : signal 9 sigkill
        : process didn't exit successfully ... signal 9
        > compilers that are killed mostly ran out of memory: fewer at once, or more memory
        + go build: link: signal: killed
        + collect2: fatal error: ld terminated with signal 9 [Killed]
        - Error running command 'sleep 8': signal: killed. Output:

        handles.out resource_exhausted 86
        : too many open files
        : emfile
        : enfile
        : file table overflow
        : no more processes
        : fork retry resource
        : can't start new thread
        : unable to create new native thread
        : pthread_create failed
        : arg list too long
        : argument list too long
        : inotify watches|instances
        : system limit for number of file watchers reached
        : no file descriptors available
        : address pools have been fully subnetted
        : no available addresses|ports|ips
        : no free addresses|ports|ips
        : maximum number of connections reached
        > raise the limit (ulimit), or open less at once
        + Error: EMFILE: too many open files, open '/dev/null'
        + bash: /bin/ls: Argument list too long
        - open files: 12
        """;
}

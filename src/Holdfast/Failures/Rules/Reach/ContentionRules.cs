namespace Holdfast.Failures;

/// <summary>Locks, busy resources, deadlocks.</summary>
internal static class ContentionRules
{
    internal const string Text = """
        lock.git resource_contention 90
        : unable to create ... lock file exists
        : index lock file exists
        : could not lock config file
        : another git process seems to be running
        : cannot lock ref
        : unable to lock
        : failed to lock
        ! permission denied
        ! exists cannot create
        > see that no other git runs; a stale lock file may be removed
        + fatal: Unable to create '/home/dev/r/.git/index.lock': File exists.
        + error: could not lock config file .git/config: File exists
        - fatal: Unable to create '/home/dev/g/ledger/.git/index.lock': Permission denied
        - error: cannot lock ref 'refs/heads/a/b': 'refs/heads/a' exists; cannot create 'refs/heads/a/b'

        lock.held resource_contention 86
        : failed to get lock
        : still in use
        : currently used by
        : currently in use
        : lock hold|held by
        : lease|mutex|semaphore|lock ... held by
        ! cannot re use
        : database is locked
        : database table is locked
        : sqlite_busy
        : could not get|take|obtain ... lock
        : unable to acquire ... lock
        ! lock is older|newer|behind
        ! are you root
        : could not acquire ... lock
        : failed to acquire ... lock
        : error acquiring the state lock
        : cannot acquire lock
        : another instance
        : another process
        : already locked
        : currently locked
        : locked by # lock|locks|other
        : locked by
        : already running
        : lock held|is
        : held by process
        : blocking waiting for file lock
        : lock wait timeout
        : lock timeout
        : could not obtain lock
        : waiting for cache lock
        : lock file ... exists
        : is being used by another
        : sharing violation
        : text file busy
        : etxtbsy
        : unable to lock ... directory|database
        : elocked
        : conditional request failed
        : concurrent modification
        : operation in progress
        : optimistic lock*
        : another ... is running
        : cannot|can't lock
        : could not lock
        ! waiting for db
        ! test
        ! cannot lock ref
        ! permission
        > wait for the other one to finish, or find out who holds it
        + Error: in prepare, database is locked (5)
        + dpkg: error: dpkg database lock was locked by another process with pid 28917
        + Another command (pid=28391) is running. Exiting immediately.
        + useradd: cannot lock /etc/passwd; try again later.
        - package-lock.json is up to date
        - start another worker, one is idle

        lock.busy resource_contention 82
        : target is busy
        : ebusy
        : resource busy
        : resource temporarily unavailable
        : eagain
        : port is already allocated
        : eaddrinuse
        : addressinuseexception
        : only one usage of each socket address
        : already in use
        : bindexception
        : would block
        : bind failed
        > free the port or resource, or use another one
        + Error: listen EADDRINUSE: address already in use :::18073
        + umount: /home/dev/ops/bm: target is busy.
        - address bound, in use 3

        lock.deadlock resource_contention 84
        : deadlock detected
        : deadlock found
        : edeadlk
        : resource deadlock
        : could not serialize access
        : serialization failure
        : was deadlocked
        : transaction ... conflict
        : conflictexception
        : write conflict
        : object has been modified
        : staleobjectstateexception|staleobjecterror|stalestateexception
        : updated or deleted by another
        : expected to affect # row
        : dbupdateconcurrencyexception
        : could not complete ... deadlock
        ! all goroutines are asleep
        + ERROR:  deadlock detected
        + ERROR:  could not serialize access due to concurrent update
        - fatal error: all goroutines are asleep - deadlock!
        """;
}

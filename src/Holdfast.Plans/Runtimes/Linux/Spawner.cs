using System.Runtime.InteropServices;
using System.Text;

namespace Holdfast.Plans.Runtimes.Linux;

/// <summary>What one spawn needs beside the argument list.</summary>
internal readonly record struct SpawnPlaces
{
    internal required string Program { get; init; }

    internal required string WorkingFolder { get; init; }

    internal required int Stdin { get; init; }

    internal required int Stdout { get; init; }

    internal required int Stderr { get; init; }

    /// <summary>Becomes descriptor 8 of the child; -1 for none.</summary>
    internal int Eight { get; init; }

    /// <summary>Becomes descriptor 9 of the child; -1 for none.</summary>
    internal int Nine { get; init; }
}

/// <summary>
/// Starts processes by <c>posix_spawn</c>: a new session, default signals, an empty mask, and only the descriptors
/// that are named. The system's own Process class would fork under a global lock, add pipes and reap by a handler.
/// </summary>
internal sealed unsafe partial class Spawner : IDisposable
{
    // Both structures are opaque: 336 and 80 bytes with glibc and musl.
    private const int OpaqueSize = 512;
    private const short Flags = 0x80 | 0x08 | 0x04; // SETSID | SETSIGMASK | SETSIGDEF
    private const string EnterFolder = "cd \"$0\" && exec \"$@\"";

    private readonly byte* _attributes;

    // What this process itself inherited without close-on-exec (a shell's descriptor, a job server) is not for the
    // work.
    private readonly int[] _inherited = LinuxCalls.Inheritable();
    private ArgumentBlock? _block = new();

    internal Spawner()
    {
        _attributes = (byte*)NativeMemory.AllocZeroed(OpaqueSize);
        byte* signals = stackalloc byte[128];
        new Span<byte>(signals, 128).Clear();
        _ = AttributesInit(_attributes);
        _ = AttributesSetMask(_attributes, signals);
        new Span<byte>(signals, 128).Fill(0xff);
        _ = AttributesSetDefault(_attributes, signals);
        _ = AttributesSetFlags(_attributes, Flags);
        CanChangeFolder = NativeLibrary.TryGetExport(
            NativeLibrary.GetMainProgramHandle(), "posix_spawn_file_actions_addchdir_np", out _);
    }

    /// <summary>
    /// Whether the C library enters a folder before it starts the program; else a shell does it, after which the
    /// descriptors of this process are gone.
    /// </summary>
    internal bool CanChangeFolder { get; }

    /// <summary>Spawns; 0 and the pid, or the errno of what failed.</summary>
    internal int Spawn(
        in SpawnPlaces places,
        ReadOnlySpan<string> lead,
        ArraySegment<string> argv,
        IReadOnlyList<string> environment,
        out int pid)
    {
        var block = Interlocked.Exchange(ref _block, null) ?? new ArgumentBlock();
        byte* actions = stackalloc byte[OpaqueSize];
        _ = ActionsInit(actions);
        try
        {
            AddDescriptors(actions, places);
            var program = places.Program;
            if (CanChangeFolder)
            {
                var errno = ActionsAddFolder(actions, places.WorkingFolder);
                if (errno != 0)
                {
                    pid = 0;
                    return errno;
                }

                errno = block.Fill(lead, argv, environment);
                if (errno != 0)
                {
                    pid = 0;
                    return errno;
                }
            }
            else
            {
                // An older C library: a shell enters the folder and becomes the program.
                string[] entering = lead.Length > 0
                    ? ["sh", "-c", EnterFolder, places.WorkingFolder, program, .. lead[1..]]
                    : ["sh", "-c", EnterFolder, places.WorkingFolder];
                _ = block.Fill(entering, argv, environment);
                program = "/bin/sh";
            }

            int child;
            var result = SpawnRaw(&child, program, actions, _attributes, block.Arguments, block.Environment);
            pid = result == 0 ? child : 0;
            return result;
        }
        finally
        {
            _ = ActionsDestroy(actions);
            Interlocked.Exchange(ref _block, block)?.Free();
        }
    }

    private void AddDescriptors(byte* actions, in SpawnPlaces places)
    {
        foreach (var descriptor in _inherited)
        {
            _ = ActionsAddClose(actions, descriptor);
        }

        _ = ActionsAddDup(actions, places.Stdin, 0);
        _ = ActionsAddDup(actions, places.Stdout, 1);
        _ = ActionsAddDup(actions, places.Stderr, 2);
        if (places.Eight >= 0)
        {
            _ = ActionsAddDup(actions, places.Eight, 8);
        }

        if (places.Nine >= 0)
        {
            _ = ActionsAddDup(actions, places.Nine, 9);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ = AttributesDestroy(_attributes);
        NativeMemory.Free(_attributes);
        Interlocked.Exchange(ref _block, null)?.Free();
    }

    [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SpawnRaw(
        int* pid, string path, byte* actions, byte* attributes, byte** argv, byte** environment);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static partial int ActionsInit(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static partial int ActionsDestroy(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static partial int ActionsAddDup(byte* actions, int descriptor, int target);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addclose")]
    private static partial int ActionsAddClose(byte* actions, int descriptor);

    [LibraryImport(
        "libc", EntryPoint = "posix_spawn_file_actions_addchdir_np", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ActionsAddFolder(byte* actions, string path);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static partial int AttributesInit(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    private static partial int AttributesDestroy(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    private static partial int AttributesSetFlags(byte* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    private static partial int AttributesSetMask(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    private static partial int AttributesSetDefault(byte* attributes, byte* signals);

    /// <summary>The two zero-ended pointer lists of an exec, in one native buffer that is used again.</summary>
    private sealed class ArgumentBlock
    {
        // Far above what any kernel takes; below what the arithmetic here can count.
        private const nuint MaxBytes = 64 << 20;

        private byte* _memory;
        private nuint _capacity;

        internal void Free() => NativeMemory.Free(_memory);

        internal byte** Arguments { get; private set; }

        internal byte** Environment { get; private set; }

        internal int Fill(ReadOnlySpan<string> lead, ArraySegment<string> argv, IReadOnlyList<string> environment)
        {
            var pointers = lead.Length + argv.Count + environment.Count + 2;
            var size = (nuint)pointers * (nuint)sizeof(byte*);
            foreach (var text in lead)
            {
                size += Room(text);
            }

            size += Room(argv) + Room(environment);
            if (size > MaxBytes)
            {
                return LinuxCalls.E2Big;
            }

            if (size > _capacity)
            {
                _memory = (byte*)NativeMemory.Realloc(_memory, size);
                _capacity = size;
            }

            var slot = (byte**)_memory;
            var text8 = _memory + (pointers * sizeof(byte*));
            var end = _memory + size;
            Arguments = slot;
            foreach (var text in lead)
            {
                *slot++ = text8;
                text8 = Put(text, text8, end);
            }

            Put(argv, ref slot, ref text8, end);
            Environment = slot;
            Put(environment, ref slot, ref text8, end);
            return 0;
        }

        private static nuint Room(string text) => (nuint)(text.Length * 3) + 1;

        private static nuint Room(IReadOnlyList<string> texts)
        {
            nuint size = 0;
            for (var i = 0; i < texts.Count; i++)
            {
                size += Room(texts[i]);
            }

            return size;
        }

        private static void Put(IReadOnlyList<string> texts, ref byte** slot, ref byte* at, byte* end)
        {
            for (var i = 0; i < texts.Count; i++)
            {
                *slot++ = at;
                at = Put(texts[i], at, end);
            }

            *slot++ = null;
        }

        private static byte* Put(string text, byte* at, byte* end)
        {
            at += Encoding.UTF8.GetBytes(text, new Span<byte>(at, (int)(end - at)));
            *at++ = 0;
            return at;
        }
    }
}

namespace OfflineActions.Emulators;

/// <summary>The exit codes of the process; those above 1 are of sysexits.h.</summary>
internal static class ExitCode
{
    /// <summary>It was stopped, or a replay found no difference.</summary>
    public const int Done = 0;

    /// <summary>It could not start, or a replay found a difference or was stopped.</summary>
    public const int Failed = 1;

    /// <summary>An argument is wrong.</summary>
    public const int Usage = 64;

    /// <summary>The recording is damaged.</summary>
    public const int BadRecording = 65;

    /// <summary>The recording cannot be read.</summary>
    public const int NoFile = 66;

    /// <summary>The server of a replay cannot be reached.</summary>
    public const int Unreachable = 69;
}

namespace OfflineActions.Operator;

/// <summary>What the process says to a script.</summary>
internal static class ExitCode
{
    /// <summary>Done, or all is as it should be.</summary>
    public const int Success = 0;

    /// <summary>Differences, or something that was asked for could not be done.</summary>
    public const int Findings = 1;

    /// <summary>The arguments or the settings make no sense; nothing was done.</summary>
    public const int Usage = 2;

    /// <summary>RabbitMQ or Sync Gateway cannot be used; nothing was lost.</summary>
    public const int Unavailable = 3;

    /// <summary>Ended by Ctrl-C; nothing was lost.</summary>
    public const int Interrupted = 130;

    public const string Help = "Exit codes: 0 done or all fine; 1 differences, or something failed; 2 bad arguments or settings; 3 RabbitMQ or Sync Gateway unavailable.";
}

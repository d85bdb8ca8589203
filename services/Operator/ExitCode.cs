namespace OfflineActions.Operator;

/// <summary>The exit codes of the process.</summary>
internal static class ExitCode
{
    /// <summary>Done, or everything is as declared.</summary>
    public const int Success = 0;

    /// <summary>The command found differences, or could not do a part of its work.</summary>
    public const int Findings = 1;

    /// <summary>Bad arguments or settings. Nothing was done.</summary>
    public const int Usage = 2;

    /// <summary>RabbitMQ or Sync Gateway is unavailable. Nothing was lost.</summary>
    public const int Unavailable = 3;

    /// <summary>Interrupted by Ctrl-C. Nothing was lost.</summary>
    public const int Interrupted = 130;

    /// <summary>The line about exit codes in every help text.</summary>
    public const string Help =
        "Exit codes: 0 done or all fine; 1 differences, or something failed; 2 bad arguments or settings; "
        + "3 RabbitMQ or Sync Gateway unavailable.";
}

/// <summary>An argument or a setting is wrong. The message is a sentence for an operator.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>Something that is needed cannot be used now, most often Sync Gateway. The message is a sentence for an operator.</summary>
internal sealed class UnavailableException(string message) : Exception(message);

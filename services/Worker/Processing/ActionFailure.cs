namespace OfflineActions.Worker.Processing;

/// <summary>Why a request was given up, as its document says it.</summary>
/// <param name="Code">A stable word for programs.</param>
/// <param name="Message">A sentence for the person who holds the device.</param>
/// <param name="Retryable">Whether asking again may help.</param>
internal sealed record ActionFailure(string Code, string Message, bool Retryable);

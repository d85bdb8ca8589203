namespace OfflineActions.Operator;

/// <summary>An argument or a setting makes no sense; the message is a sentence for an operator.</summary>
internal sealed class UsageException(string message) : Exception(message);

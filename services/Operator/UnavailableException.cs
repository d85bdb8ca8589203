namespace OfflineActions.Operator;

/// <summary>RabbitMQ or Sync Gateway cannot be used now; the message is a sentence for an operator.</summary>
internal sealed class UnavailableException(string message, Exception? cause = null) : Exception(message, cause);

namespace OfflineActions.Messaging.Tls;

/// <summary>TLS with the broker does not work. The message is a sentence for an operator.</summary>
internal sealed class BrokerTlsException(string message) : IOException(message);

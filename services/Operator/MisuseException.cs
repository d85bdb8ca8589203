namespace Operator;

/// <summary>An argument or a setting makes no sense; the message is a sentence for an operator.</summary>
internal sealed class MisuseException(string message) : Exception(message);

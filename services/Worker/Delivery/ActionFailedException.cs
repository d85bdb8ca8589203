namespace Worker.Delivery;

/// <summary>A request has ended in failure: its message goes to the error queue, with this as the reason an operator reads there.</summary>
internal sealed class ActionFailedException(string code, string reason) : Exception($"{code}: {reason}");

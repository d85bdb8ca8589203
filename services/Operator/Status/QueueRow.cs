namespace OfflineActions.Operator.Status;

/// <summary>One queue; no numbers when there is none.</summary>
internal sealed record QueueRow(string Queue, bool Exists, uint? Ready, uint? Consumers);

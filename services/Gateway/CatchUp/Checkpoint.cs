namespace OfflineActions.Gateway.CatchUp;

/// <summary>What is written down of one keyspace, so that whoever reads its feed next need not begin at the beginning.</summary>
/// <param name="Since">The watermark: before it no request is open.</param>
/// <param name="Marker">The broker's marker that stood when this was written; empty when there was none.</param>
/// <param name="Holder">The gateway that reads the feed; empty when it has stepped down.</param>
/// <param name="Channel">The channel the watermark belongs to; empty for the whole feed.</param>
/// <param name="Id">Names this writing of it and no other.</param>
/// <param name="Requests">What was looked for: a request that is in nobody's list was passed over.</param>
internal sealed record Checkpoint(string Since, string Marker, string Holder, string Channel, string Id, IReadOnlyList<string> Requests);

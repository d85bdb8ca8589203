namespace OfflineActions.Emulators.Principals;

/// <summary>Someone who is logged in by a cookie.</summary>
internal sealed record Session(string Id, string User, DateTimeOffset Expires, TimeSpan Length);

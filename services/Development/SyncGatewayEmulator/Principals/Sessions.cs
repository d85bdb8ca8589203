using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace OfflineActions.Emulators.Principals;

/// <summary>The login sessions of a database.</summary>
internal sealed class SessionStore(TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, Session> sessions = new(StringComparer.Ordinal);

    public DateTimeOffset Now => clock.GetUtcNow();

    public Session Begin(string user, TimeSpan length)
    {
        foreach (var expired in sessions.Values.Where(session => session.Expires <= clock.GetUtcNow()))
        {
            sessions.TryRemove(expired.Id, out _);
        }

        var session = new Session(RandomNumberGenerator.GetHexString(40, lowercase: true), user, clock.GetUtcNow() + length, length);
        return sessions[session.Id] = session;
    }

    public Session? Find(string id) => sessions.TryGetValue(id, out var session) && session.Expires > clock.GetUtcNow() ? session : null;

    /// <summary>Extends a session when more than a tenth of its length has passed.</summary>
    /// <returns>The extended session; null when it was not extended.</returns>
    public Session? Extend(Session session)
    {
        var fresh = session with { Expires = clock.GetUtcNow() + session.Length };
        return fresh.Expires - session.Expires > session.Length / 10 && sessions.TryUpdate(session.Id, fresh, session) ? fresh : null;
    }

    /// <summary>Makes the sessions of a user invalid; they are still known until they expire.</summary>
    public void RevokeAllOf(string user)
    {
        foreach (var session in sessions.Values.Where(session => session.User == user))
        {
            sessions.TryUpdate(session.Id, session with { Revoked = true }, session);
        }
    }

    public bool End(string id) => sessions.TryRemove(id, out _);

    public void EndAllOf(string user)
    {
        foreach (var session in sessions.Values.Where(session => session.User == user))
        {
            sessions.TryRemove(session.Id, out _);
        }
    }
}

/// <summary>A login session; the cookie holds its id.</summary>
internal sealed record Session(string Id, string User, DateTimeOffset Expires, TimeSpan Length)
{
    /// <summary>Whether the user has a new password since.</summary>
    public bool Revoked { get; init; }
}

using System.Collections.Concurrent;
using OfflineActions.Emulators.Configuration;
using OfflineActions.Emulators.Scripts;
using OfflineActions.Emulators.Store;

namespace OfflineActions.Emulators.Principals;

/// <summary>The users and roles of a database and their channels. Thread-safe.</summary>
internal sealed class PrincipalStore(SequenceIndex sequences)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, User> users = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Role> roles = new(StringComparer.Ordinal);
    private volatile ConcurrentDictionary<(string Name, string Collection), UserAccess> cached = new();
    private readonly DynamicGrants grants = new();

    public IReadOnlyList<string> UserNames
    {
        get
        {
            lock (gate)
            {
                return [.. users.Keys.Where(name => name != User.GuestName).Order(StringComparer.Ordinal)];
            }
        }
    }

    public IReadOnlyList<string> RoleNames
    {
        get
        {
            lock (gate)
            {
                return [.. roles.Keys.Order(StringComparer.Ordinal)];
            }
        }
    }

    public User? FindUser(string name)
    {
        lock (gate)
        {
            return users.GetValueOrDefault(name);
        }
    }

    public Role? FindRole(string name)
    {
        lock (gate)
        {
            return roles.GetValueOrDefault(name);
        }
    }

    /// <summary>The channels and roles of a user in a collection; null when the user does not exist.</summary>
    public UserAccess? FindAccess(string name, string collection = CollectionConfiguration.DefaultName)
    {
        // Cached: every request needs it, and it rarely changes.
        if (cached.TryGetValue((name, collection), out var known))
        {
            return known;
        }

        lock (gate)
        {
            return users.TryGetValue(name, out var user) ? cached[(name, collection)] = Collect(user, collection) : null;
        }
    }

    /// <summary>The channels of a user in the default collection without those of its roles, each with the sequence of the grant.</summary>
    public IReadOnlyDictionary<string, long> OwnChannelsOf(string name)
    {
        lock (gate)
        {
            return OwnChannels(users.GetValueOrDefault(name) ?? new(name), CollectionConfiguration.DefaultName);
        }
    }

    /// <summary>All channels of a role in a collection, each with the sequence of the grant.</summary>
    public IReadOnlyDictionary<string, long> ChannelsOf(Role role, string collection)
    {
        lock (gate)
        {
            var channels = new Dictionary<string, long>();
            AddAll(channels, role.AdminChannelsIn(collection).Select(pair => (pair.Key, pair.Value)));
            AddAll(channels, grants.ChannelsOf("role:" + role.Name, collection));
            return channels;
        }
    }

    /// <summary>Creates or changes a user or role, which takes a sequence, unless nothing changes.</summary>
    /// <returns>Whether it was created.</returns>
    public bool Put(PrincipalChange change)
    {
        if ((change.IsUser ? FindUser(change.Name) : FindRole(change.Name)) is { } present && !change.Changes(present))
        {
            return false;
        }

        var created = false;
        sequences.Assign(sequence =>
        {
            lock (gate)
            {
                if (change.IsUser)
                {
                    created = !users.ContainsKey(change.Name);
                    users[change.Name] = change.Apply(users.GetValueOrDefault(change.Name) ?? new(change.Name), sequence);
                }
                else
                {
                    created = !roles.ContainsKey(change.Name);
                    roles[change.Name] = change.Apply(roles.GetValueOrDefault(change.Name) ?? new(change.Name), sequence);
                }

                cached = new();
            }
        });
        return created;
    }

    /// <summary>Removes a user, or a role, which takes a sequence.</summary>
    /// <returns>False when it does not exist.</returns>
    public bool Remove(string name, bool isUser)
    {
        lock (gate)
        {
            cached = new();
            if (isUser ? !users.Remove(name) : !roles.Remove(name))
            {
                return false;
            }
        }

        if (!isUser)
        {
            sequences.Assign();
        }

        return true;
    }

    /// <summary>Applies the grants of a document's winner.</summary>
    public void Grant(string collection, string documentId, SyncOutcome outcome, long sequence)
    {
        lock (gate)
        {
            if (grants.Update(collection, documentId, outcome, sequence))
            {
                cached = new();
            }
        }
    }

    private UserAccess Collect(User user, string collection)
    {
        var has = new Dictionary<string, long>();
        AddAll(has, user.AdminRoles.Select(pair => (pair.Key, pair.Value)));
        AddAll(has, grants.RolesOf(user.Name));

        var channels = OwnChannels(user, collection);
        foreach (var (name, since) in has)
        {
            var granted = roles.GetValueOrDefault(name)?.AdminChannelsIn(collection).Select(pair => (pair.Key, pair.Value)) ?? [];
            AddAll(channels, granted.Concat(grants.ChannelsOf("role:" + name, collection)).Select(pair => (pair.Item1, Math.Max(pair.Item2, since))));
        }

        return new(user, channels, has);
    }

    private Dictionary<string, long> OwnChannels(User user, string collection)
    {
        var channels = new Dictionary<string, long> { ["!"] = 1 };
        AddAll(channels, user.AdminChannelsIn(collection).Select(pair => (pair.Key, pair.Value)));
        AddAll(channels, grants.ChannelsOf(user.Name, collection));
        return channels;
    }

    private static void AddAll(Dictionary<string, long> to, IEnumerable<(string Name, long Since)> more)
    {
        foreach (var (name, since) in more)
        {
            to[name] = to.TryGetValue(name, out var known) ? Math.Min(known, since) : since;
        }
    }
}

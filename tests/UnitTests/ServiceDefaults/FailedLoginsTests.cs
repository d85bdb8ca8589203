using System.Net;
using Microsoft.Extensions.Time.Testing;
using OfflineActions.ServiceDefaults.Http;

namespace OfflineActions.Tests.ServiceDefaults;

/// <summary>Who guesses passwords.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FailedLoginsTests
{
    private readonly FakeTimeProvider clock = new();
    private readonly FailedLogins failures;

    public FailedLoginsTests() => failures = new FailedLogins(clock);

    [Test]
    public void Twenty_wrong_passwords_lock_an_address_out_for_a_minute()
    {
        var address = IPAddress.Parse("192.0.2.1");

        Assert.That(Guess(address, 100), Is.EqualTo(20));
        Assert.That(failures.AreTooMany(IPAddress.Parse("::ffff:192.0.2.1")), Is.True, "The same address.");
        Assert.That(failures.AreTooMany(IPAddress.Parse("192.0.2.2")), Is.False);
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.That(failures.AreTooMany(address), Is.False);
    }

    [Test]
    public void A_machine_with_a_network_of_IPv6_addresses_guesses_no_more_often()
    {
        var guesses = Enumerable.Range(0, 500).Sum(number => Guess(IPAddress.Parse($"2001:db8:1:2::{number:x}"), 1));

        Assert.That(guesses, Is.EqualTo(20));
        Assert.That(failures.AreTooMany(IPAddress.Parse("2001:db8:1:3::1")), Is.False);
    }

    [Test]
    public void However_many_addresses_guess_there_is_a_limit()
    {
        // The first thousand are counted one by one.
        var guesses = Enumerable.Range(0, 5_000).Sum(number => Guess(new IPAddress([10, 0, (byte)(number >> 8), (byte)number]), 1));

        Assert.That(guesses, Is.EqualTo(1_000 + 20));
    }

    private int Guess(IPAddress address, int times)
    {
        var guesses = 0;
        for (; guesses < times && !failures.AreTooMany(address); guesses++)
        {
            failures.Record(address);
        }

        return guesses;
    }
}

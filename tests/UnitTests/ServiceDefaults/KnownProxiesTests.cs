using System.Net;
using OfflineActions.ServiceDefaults.Http;

namespace OfflineActions.Tests.ServiceDefaults;

public sealed class KnownProxiesTests
{
    [TestCase("10.0.0.5", "10.0.0.5", "10.0.0.6")]
    [TestCase("10.0.0.0/24", "10.0.0.6", "10.0.1.6")]
    [TestCase("::ffff:10.0.0.5", "10.0.0.5", "10.0.0.6")]
    [TestCase("::ffff:10.0.0.0/120", "10.0.0.6", "10.0.1.6")]
    [TestCase("2001:db8::5", "2001:db8::5", "2001:db8::6")]
    [TestCase("2001:db8::/64", "2001:db8::6", "2001:db8:0:1::6")]
    public void An_address_or_a_network_is_a_proxy(string text, string known, string unknown)
    {
        var proxies = KnownProxies.Parse(text)!.Value;

        Assert.That((proxies.Contains(IPAddress.Parse(known)), proxies.Contains(IPAddress.Parse(unknown))), Is.EqualTo((true, false)));
    }

    [TestCase("")]
    [TestCase("proxy")]
    [TestCase("10.0.0.0/33")]
    [TestCase("10.0.0.5:80")]
    public void Anything_else_is_none(string text) => Assert.That(KnownProxies.Parse(text), Is.Null);
}

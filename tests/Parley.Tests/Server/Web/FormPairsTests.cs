using System.Text;
using CsCheck;
using Parley.Server.Web;

namespace Parley.Tests.Server.Web;

public sealed class FormPairsTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("&&&=x&", "")]
    [InlineData("a=1&b=2", "a:1 b:2")]
    [InlineData("apiKey=abc==&to=1", "apiKey:abc== to:1")]
    [InlineData("a&b=", "a: b:")]
    [InlineData("a=1&a=2", "a:1 a:2")]
    [InlineData("%61=%62%2b+", "a:b+_")]
    [InlineData("a=%&b=%4&c=%zz&d=%4g&e=100%25", "a:% b:%4 c:%zz d:%4g e:100%")]
    public void Reads_what_clients_write(string encoded, string pairs) => Assert.Equal(pairs, string.Join(' ',
        FormPairs.Read(Encoding.ASCII.GetBytes(encoded))
            .Select(p => $"{p.Name}:{Encoding.UTF8.GetString(p.Value).Replace(' ', '_')}")));

    [Fact]
    public void Keeps_octets_of_any_charset() => Assert.Equal(
        [0x00, 0x48, 0xE9], FormPairs.Read([.. "c=%00%48"u8, 0xE9]).Single().Value);

    [Fact]
    public void Reads_anything_without_an_error_and_gets_back_what_was_encoded()
    {
        Gen.Byte.Array[0, 200].Sample(octets => FormPairs.Read(octets).Count() <= octets.Length);
        Gen.Byte.Array[1, 50].Sample(octets =>
        {
            var encoded = "x=" + string.Concat(octets.Select(o => $"%{o:x2}"));
            return FormPairs.Read(Encoding.ASCII.GetBytes(encoded)).Single().Value.AsSpan().SequenceEqual(octets);
        });
    }
}

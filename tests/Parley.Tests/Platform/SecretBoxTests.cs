using System.Security.Cryptography;
using Parley.Platform;

namespace Parley.Tests.Platform;

public sealed class SecretBoxTests
{
    private readonly SecretBox _box = new(RandomNumberGenerator.GetBytes(32));

    [Fact]
    public void Opens_what_it_sealed_and_seals_it_differently_each_time()
    {
        var (one, two) = (_box.Seal("1234-5678", "a"), _box.Seal("1234-5678", "a"));
        Assert.Equal("1234-5678", _box.OpenText(one, "a"));
        Assert.NotEqual(one, two);
        Assert.DoesNotContain("1234", System.Text.Encoding.Latin1.GetString(one), StringComparison.Ordinal);
    }

    [Fact]
    public void Opens_nothing_that_was_changed_or_belongs_elsewhere()
    {
        var box = _box.Seal("1234-5678", "a");
        Assert.ThrowsAny<CryptographicException>(() => _box.OpenText(box, "b"));
        Assert.ThrowsAny<CryptographicException>(
            () => new SecretBox(RandomNumberGenerator.GetBytes(32)).OpenText(box, "a"));
        box[^1] ^= 1;
        Assert.ThrowsAny<CryptographicException>(() => _box.OpenText(box, "a"));
        Assert.ThrowsAny<CryptographicException>(() => _box.OpenText([1, 2, 3], "a"));
    }

    [Fact]
    public void Keeps_its_key_in_the_folder()
    {
        var folder = Directory.CreateTempSubdirectory("parley-box-").FullName;
        var box = SecretBox.Of("", "", folder).Seal("x", "a");
        Assert.Equal("x", SecretBox.Of("", "", folder).OpenText(box, "a"));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Opens_what_an_earlier_key_sealed_and_seals_with_the_new_one()
    {
        string Key() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        var (first, second, third) = (Key(), Key(), Key());
        var old = SecretBox.Of(first, "", "").Seal("x", "a");
        var rotated = SecretBox.Of(third, $"{second}, {first}", "");
        Assert.Equal("x", rotated.OpenText(old, "a"));
        var made = rotated.Seal("y", "a");
        Assert.Equal("y", SecretBox.Of(third, "", "").OpenText(made, "a"));
        Assert.ThrowsAny<CryptographicException>(() => SecretBox.Of(first, "", "").OpenText(made, "a"));
    }
}

using System.Globalization;

namespace Parley.Bench.Measure;

/// <summary>Smallest, middle and largest of several runs.</summary>
sealed record Spread(double Min, double Median, double Max)
{
    public static Spread Of(IEnumerable<double> values)
    {
        var sorted = values.Where(double.IsFinite).Order().ToArray();
        if (sorted.Length == 0) return new(double.NaN, double.NaN, double.NaN);
        var middle = sorted.Length / 2;
        var median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new(sorted[0], median, sorted[^1]);
    }

    public string Text(string format)
    {
        string Figure(double value) => value.ToString(format, CultureInfo.InvariantCulture);
        return $"{Figure(Median)} ({Figure(Min)} … {Figure(Max)})";
    }
}

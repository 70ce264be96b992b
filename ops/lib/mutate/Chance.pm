package Chance;
# A generator of our own, so that every machine draws the same, and what all damage is made of.
use strict;
use warnings;
use Exporter 'import';
our @EXPORT = qw(begin random one_of wild_integer flip span cut_out put_in);

# The generator of the C standard's example, modulo 2^31, upper bits used.
my $state = 1;
sub begin {    # seed, number of the mutant
    my ($seed, $number) = @_;
    $state = ($seed * 69069 + $number * 40503 + 1) & 0x7fffffff;
    $state = ((($state ^ ($state >> 13)) & 0xffff) * 31421 + ($state >> 3)) & 0x7fffffff for 1 .. 3;
}
sub random {    # 0 <= result < $_[0]
    my $drawn = 0;
    for (1 .. 2) {
        $state = ($state * 1103515245 + 12345) & 0x7fffffff;
        $drawn = ($drawn << 15) | ($state >> 16);
    }
    return $drawn % ($_[0] || 1);
}
sub one_of { return $_[random(scalar @_)] }

# A number of so many bytes at which arithmetic tends to break.
sub wild_integer {
    my ($bytes) = @_;
    my $top = 8 * $bytes - 1;
    return one_of(0, 1, 2, 7, 0xff, 1 << $top, (1 << $top) - 1, (1 << ($top - 1)) + 1, (((1 << $top) - 1) << 1) | 1,
        ((((1 << $top) - 1) << 1) | 1) - random(16), random(1 << ($top < 30 ? $top : 30)));
}

sub flip {    # bits of a stretch
    my ($bytes, $at, $size, $times) = @_;
    $size = length($$bytes) - $at if $at + $size > length $$bytes;
    return 'nothing there' if $size < 1;
    vec($$bytes, 8 * $at + random(8 * $size), 1) ^= 1 for 1 .. $times;
    return "$times bits in $size bytes at $at";
}
sub span {    # a piece of the file: from a byte to a quarter of it, short ones as likely as long ones
    my ($bytes) = @_;
    my $length = length $$bytes;
    my $size = 1 + random(1 + int($length / 4 ** (1 + random(8))));
    $size = $length if $size > $length;
    return (random($length - $size + 1), $size);
}
sub cut_out { my ($bytes, $at, $size) = @_; return substr $$bytes, $at, $size, '' }
sub put_in { my ($bytes, $at, $piece) = @_; substr($$bytes, $at, 0) = $piece }
1;

"""What runs in Ruby's own process: it reads the job, runs its code, and writes the answer.

Hashes of the input take symbols for keys as well as text, and every object has `blank?`, `present?`
and `presence`: exported recipes use both, so Workato's Ruby has them. Ours: Active Support is a gem
of 1 MB that most machines lack, and these are all of it that recipes were seen to use.
"""

PROGRAM = """
require "json"
answers = $stdout.dup
$stdout.reopen("/dev/null", "w")

class Object
  def blank? = respond_to?(:empty?) ? !!empty? : !self
  def present? = !blank?
  def presence = present? ? self : nil
end

class String
  def blank? = match?(/\\A[[:space:]]*\\z/)
end

class Indifferent < Hash
  def self.of(value)
    case value
    when Hash
      hash = new { |all, key| key.is_a?(Symbol) ? all.fetch(key.to_s, nil) : nil }
      value.each { |key, inner| hash[key] = of(inner) }
      hash
    when Array then value.map { |inner| of(inner) }
    else value
    end
  end

  def []=(key, value)
    super(plain(key), value)
  end
  alias_method :store, :[]=
  def key?(key) = super(plain(key))
  alias_method :has_key?, :key?
  alias_method :include?, :key?
  alias_method :member?, :key?
  def fetch(key, *rest, &block) = super(plain(key), *rest, &block)
  def delete(key, &block) = super(plain(key), &block)
  def values_at(*keys) = super(*keys.map { |key| plain(key) })
  def slice(*keys) = super(*keys.map { |key| plain(key) })
  def except(*keys) = super(*keys.map { |key| plain(key) })

  private

  def plain(key) = key.is_a?(Symbol) ? key.to_s : key
end

job = JSON.parse($stdin.read)
begin
  scope = Object.new.instance_eval { input = Indifferent.of(job["input"]); binding }
  answer = { "output" => scope.eval(job["source"], "code", 1) }
  text = JSON.generate(answer)
rescue NoMemoryError
  text = JSON.generate({ "error" => "out of memory" })
rescue Exception => error
  text = JSON.generate({ "error" => "#{error.class}: #{error.message}" })
end
answers.write(text)
answers.flush
exit!(0)
"""

"""An adapter to read and to certify (示例适配器): `yidi certify --run "python -m shared.certify.example"`."""
